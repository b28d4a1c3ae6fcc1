// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/hashing.hpp"
#include "cellwise/ports/package_archive.hpp"

namespace cellwise::archive {

/// Packages in ZIP: the headers are checked by us, the data is unpacked by libarchive. Without state; callable from
/// any thread.
class ZipPackageArchive final : public ports::PackageArchive {
 public:
    explicit ZipPackageArchive(ports::Hashing& hashing) : hashing_(hashing) {}

    /// `payload_out` is made or overwritten; after an error it holds anything. Errors: "archive.*"
    /// (docs/packages.md), StorageFull "storage.full", Internal "file.unreadable" "file.unwritable".
    Result<ports::ArchiveContents> extract(const std::filesystem::path& archive,
                                           const std::filesystem::path& payload_out, std::uint64_t max_size) override;
    /// The same without keeping the payload.
    Result<ports::ArchiveContents> examine(const std::filesystem::path& archive, std::uint64_t max_size);

 private:
    ports::Hashing& hashing_;
};

}  // namespace cellwise::archive
