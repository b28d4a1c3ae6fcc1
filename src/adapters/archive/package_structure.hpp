// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/archive/entry_rules.hpp"
#include "adapters/archive/zip_directory.hpp"

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <istream>
#include <vector>

namespace cellwise::archive {

/// A package whose headers were all checked; nothing was inflated yet.
struct PackageStructure {
    std::vector<ZipEntry> entries;  ///< in order of their offset
    PackageLayout layout;           ///< indexes into `entries`
};

/// Every rule that headers can break. It stands before any unpacking, so that what is unpacked is bounded and means
/// the same to every reader. Errors: "archive.*" of the headers below it, and "archive.too_many_entries".
Result<PackageStructure> read_package_structure(std::istream& file, std::uint64_t max_size);

}  // namespace cellwise::archive
