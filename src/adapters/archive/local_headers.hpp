// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/archive/zip_directory.hpp"

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <istream>
#include <span>

namespace cellwise::archive {

/// Holds the local headers against the central directory: they say the same, and entries and their data follow each
/// other without gap or overlap from the first byte to `directory_offset`. `entries` are in order of their offset.
/// Errors: "archive.gap", "archive.overlap", "archive.local_header", "archive.header_mismatch", "archive.name.alias".
Status check_local_headers(std::istream& file, std::span<const ZipEntry> entries, std::uint64_t directory_offset);

/// Exactly `size` bytes at `offset`. Errors: Internal "file.unreadable".
Result<Bytes> read_at(std::istream& file, std::uint64_t offset, std::size_t size);

}  // namespace cellwise::archive
