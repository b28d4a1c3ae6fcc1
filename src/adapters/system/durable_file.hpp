// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <filesystem>
#include <string_view>

namespace cellwise::system {

enum class Readers { Owner, Everybody };

/// Puts a file there as a whole or not at all, whatever moment the machine stops; nobody else could read it before
/// its mode was set. Errors: Unavailable "file.write" with the path as the value.
Status write_durably(const std::filesystem::path& path, std::string_view text, Readers readers);

/// All of a file of at most `most` bytes. Errors: InvalidInput "file.read" with the path as the value.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t most);

}  // namespace cellwise::system
