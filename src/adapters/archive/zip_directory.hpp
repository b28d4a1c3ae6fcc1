// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::archive {

/// More entries than this are refused before any is read.
constexpr std::uint16_t kMaxEntries = 1'000;
/// Bytes of the central directory; far more than kMaxEntries take whose names we allow.
constexpr std::uint32_t kMaxDirectorySize = 1U << 20;

enum class Method : std::uint16_t { Stored = 0, Deflated = 8, Aes = 99 };

/// One entry as the central directory has it (APPNOTE 4.3.12). Names are bytes of whoever wrote them: hostile.
struct ZipEntry {
    std::string name{};
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::uint32_t compressed_size = 0;
    std::uint32_t size = 0;
    std::uint32_t attributes = 0;  ///< the upper half is a Unix mode, where there is one
    std::uint32_t offset = 0;      ///< of the local header, from the start of the file

    bool encrypted() const { return (flags & 0x2041) != 0; }       ///< bits 0, 6 and 13
    bool has_descriptor() const { return (flags & 0x0008) != 0; }  ///< the sizes also follow the data
    bool is_folder() const { return name.ends_with('/'); }
    std::uint16_t unix_mode() const { return static_cast<std::uint16_t>(attributes >> 16); }
    /// Fit for messages: printable and of bounded length.
    std::string shown_name() const;

    friend bool operator==(const ZipEntry&, const ZipEntry&) = default;
};

/// "archive.<code>", with the entry's name as its value.
Error broken_entry(std::string code, std::string rule, const ZipEntry& entry);

/// All of a central directory: `count` entries and not one byte more. Errors: "archive.central_directory",
/// "archive.multi_disk", "archive.zip64", "archive.name.alias".
Result<std::vector<ZipEntry>> parse_central_directory(ByteView directory, std::uint16_t count);

/// Does an extra field (APPNOTE 4.5) carry another name than the header? Readers that honour the Unicode path field
/// would see another file than we do.
bool names_another(ByteView extra, std::string_view name);

}  // namespace cellwise::archive
