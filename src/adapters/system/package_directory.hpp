// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/system/storage_ledger.hpp"

#include "cellwise/ports/package_files.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace cellwise::system {

/// Package files in one directory, readable by the daemon alone: `<root>/<sha256>`, and `<root>/staging/` for uploads
/// under way. Callable from any thread; one daemon a directory.
class PackageDirectory final : public ports::PackageFiles, public ports::StagingArea {
 public:
    /// Makes the directory when it is not there and empties `staging`: what lies there was cut short. `quota`: bytes
    /// of all files together, uploads under way included; a payload that is being unpacked counts when it is kept.
    /// Errors: Internal "file.unwritable".
    static Result<std::unique_ptr<PackageDirectory>> make(const std::filesystem::path& root,
                                                          std::uint64_t quota = kNoQuota);
    static constexpr std::uint64_t kNoQuota = std::numeric_limits<std::uint64_t>::max();

    Result<std::unique_ptr<ports::StagingFile>> open_staging_file(std::uint64_t expected) override;

    Result<std::filesystem::path> new_staging_file() override;
    /// `sha256`: 64 lower-case hex digits; another text is a bug. Errors: StorageFull "storage.full"
    /// "storage.quota", Internal "file.unwritable".
    Status keep(const std::filesystem::path& staging, std::string_view sha256) override;
    void discard(const std::filesystem::path& staging) override;
    /// Errors: NotFound "package.file.missing", Internal "file.unreadable".
    Result<std::shared_ptr<const ports::PayloadView>> open(std::string_view sha256) override;
    /// A file that is not there is no error. Views that are open keep their bytes.
    Status erase(std::string_view sha256) override;

    /// Every file that is kept, for PackageFileKeeper::check at start.
    std::vector<ports::KeptFile> list() const;
    /// Bytes that count against the quota.
    std::uint64_t used() const { return ledger_->used(); }

 private:
    explicit PackageDirectory(std::filesystem::path root);
    std::filesystem::path path_of(std::string_view sha256) const;

    std::filesystem::path root_;
    std::filesystem::path staging_;
    std::unique_ptr<StorageLedger> ledger_{};
};

}  // namespace cellwise::system
