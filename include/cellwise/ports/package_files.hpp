// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace cellwise::ports {

/// The bytes of a package's payload, mapped; valid while the object lives.
class PayloadView {
 public:
    virtual ~PayloadView() = default;
    virtual ByteView bytes() const = 0;
};

/// A file in the directory, under its name.
struct KeptFile {
    std::string sha256{};
    std::uint64_t size = 0;  ///< bytes
    friend bool operator==(const KeptFile&, const KeptFile&) = default;
};

/// The directory of package files. A file bears the SHA-256 of its content as its name; the database row is the
/// truth. Callable from any thread.
class PackageFiles {
 public:
    virtual ~PackageFiles() = default;
    /// A new file for an upload, in the repository's own file system.
    virtual Result<std::filesystem::path> new_staging_file() = 0;
    /// Makes a staging file durable under its hash (fsync, rename, fsync of the directory). An equal file that is
    /// there already is kept. Errors: those of StagingFile::write.
    virtual Status keep(const std::filesystem::path& staging, std::string_view sha256) = 0;
    virtual void discard(const std::filesystem::path& staging) = 0;
    virtual Result<std::shared_ptr<const PayloadView>> open(std::string_view sha256) = 0;
    virtual Status erase(std::string_view sha256) = 0;
};

/// An upload as it comes, in the repository's own file system. One thread at a time.
class StagingFile {
 public:
    virtual ~StagingFile() = default;  ///< the file stays: PackageFiles::keep or discard says what becomes of it
    /// Errors: StorageFull "storage.full" "storage.quota", Internal "file.unwritable".
    virtual Status write(ByteView bytes) = 0;
    virtual const std::filesystem::path& path() const = 0;
};

/// Where uploads are written to. Callable from any thread.
class StagingArea {
 public:
    virtual ~StagingArea() = default;
    /// `expected`: bytes that are announced; 0 if nobody knows. Errors: StorageFull "storage.quota" when there can be
    /// no room for them, those of StagingFile::write.
    virtual Result<std::unique_ptr<StagingFile>> open_staging_file(std::uint64_t expected) = 0;
};

}  // namespace cellwise::ports
