// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/package_files.hpp"

#include <string>
#include <vector>

namespace cellwise::system {

/// Package files in one directory, readable by the daemon alone: `<root>/<sha256>`, and `<root>/staging/` for uploads
/// under way. Callable from any thread; one daemon a directory.
class PackageDirectory final : public ports::PackageFiles, public ports::StagingArea {
 public:
    /// Makes the directory when it is not there and empties `staging`: what lies there was cut short. Errors:
    /// Internal "file.unwritable".
    static Result<std::unique_ptr<PackageDirectory>> make(const std::filesystem::path& root);

    Result<std::unique_ptr<ports::StagingFile>> open_staging_file() override;

    Result<std::filesystem::path> new_staging_file() override;
    /// `sha256`: 64 lower-case hex digits; another text is a bug. Errors: StorageFull "storage.full", Internal
    /// "file.unwritable".
    Status keep(const std::filesystem::path& staging, std::string_view sha256) override;
    void discard(const std::filesystem::path& staging) override;
    /// Errors: NotFound "package.file.missing", Internal "file.unreadable".
    Result<std::shared_ptr<const ports::PayloadView>> open(std::string_view sha256) override;
    /// A file that is not there is no error. Views that are open keep their bytes.
    Status erase(std::string_view sha256) override;

    /// Every file that is kept, for PackageFileKeeper::check at start.
    std::vector<ports::KeptFile> list() const;

 private:
    explicit PackageDirectory(std::filesystem::path root);
    std::filesystem::path path_of(std::string_view sha256) const;

    std::filesystem::path root_;
    std::filesystem::path staging_;
};

}  // namespace cellwise::system
