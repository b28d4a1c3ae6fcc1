// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace cellwise::ports {

/// What a package archive holds, after its structure was checked: two folders, one description, one file.
struct ArchiveContents {
    std::string description_json;  ///< DM/linux/UpgradeDesc.json, without BOM
    std::string payload_name;      ///< the one file in linux/
    std::uint64_t payload_size = 0;
    std::string payload_sha256;
};

/// Reads package archives. Callable from any thread.
class PackageArchive {
 public:
    virtual ~PackageArchive() = default;
    /// Checks the archive's structure and copies the payload to `payload_out` while hashing it. Memory stays flat.
    /// Errors have codes "archive.*"; nothing outside `payload_out` is written.
    virtual Result<ArchiveContents> extract(const std::filesystem::path& archive,
                                            const std::filesystem::path& payload_out, std::uint64_t max_size) = 0;
};

}  // namespace cellwise::ports
