// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/archive/zip_directory.hpp"

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <span>

/// What a package's entries have to be (docs/packages.md), judged by the central directory alone. Pure.
namespace cellwise::archive {

/// Larger than any description that a person would write.
constexpr std::uint32_t kMaxDescriptionSize = 64 * 1024;
/// A package inflates to at most this many times its size.
constexpr std::uint64_t kMaxRatio = 200;

/// Names that are no plain relative path, doubles, links, special files, encryption, methods that we do not take.
/// Errors: "archive.name.*", "archive.duplicate", "archive.link", "archive.special_file", "archive.encrypted",
/// "archive.method".
Status check_entries(std::span<const ZipEntry> entries);

/// Errors: TooLarge "archive.too_large", InvalidInput "archive.ratio".
Status check_sizes(std::span<const ZipEntry> entries, std::uint64_t max_size);

/// Where the two files of a package are among its entries.
struct PackageLayout {
    std::size_t description = 0;
    std::size_t payload = 0;
};
/// DM/linux/UpgradeDesc.json and one file in linux/, and their folders at most. Errors: "archive.layout",
/// "archive.description_missing", "archive.description_too_large", "archive.payload_missing",
/// "archive.payload_several", "archive.payload_empty".
Result<PackageLayout> find_layout(std::span<const ZipEntry> entries);

constexpr std::string_view kDescriptionPath = "DM/linux/UpgradeDesc.json";
constexpr std::string_view kPayloadFolder = "linux/";

}  // namespace cellwise::archive
