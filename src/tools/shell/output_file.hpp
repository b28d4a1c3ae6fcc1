// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace cellwise::shell {

/// The whole text of a file of at most `max_size` bytes. Errors: "file.unreadable".
Result<std::string> read_text(const std::filesystem::path& path, std::size_t max_size);

enum class Access { OwnerOnly, Everybody };
/// Writes a file that must not be there yet, durably. Errors: Conflict "file.exists", "file.unwritable".
Status write_new_file(const std::filesystem::path& path, std::string_view text, Access access);

/// A file beside `target` that takes its name only when it is whole; else it goes with the object.
class OutputFile {
 public:
    explicit OutputFile(std::filesystem::path target);
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();

    const std::filesystem::path& path() const { return path_; }
    /// Makes it durable, then `target`. Errors: "file.unwritable".
    Status commit();

 private:
    std::filesystem::path target_;
    std::filesystem::path path_;
};

}  // namespace cellwise::shell
