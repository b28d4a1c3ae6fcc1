// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// The end record of a ZIP archive (APPNOTE 4.3.16): where the signature of a package ends and where its directory is
/// found. Both the signature and the structure checks stand on this one reading, so they cannot disagree about it.
namespace cellwise::domain {

/// Numbers as the record has them; offsets count from the start of the file.
struct ZipEndRecord {
    static constexpr std::size_t kSize = 22;                 ///< without the comment
    static constexpr std::size_t kCommentLengthAt = 20;      ///< within the record
    static constexpr std::size_t kMaxTail = kSize + 0xFFFF;  ///< the bytes at a file's end that can hold the record

    std::uint64_t offset = 0;
    std::uint16_t disk = 0;
    std::uint16_t directory_disk = 0;
    std::uint16_t entries_on_disk = 0;
    std::uint16_t entries = 0;
    std::uint32_t directory_size = 0;
    std::uint32_t directory_offset = 0;
    std::uint16_t comment_length = 0;

    /// What a signature covers: everything before the comment's length.
    std::uint64_t covered_size() const { return offset + kCommentLengthAt; }
    std::uint64_t comment_offset() const { return offset + kSize; }
};

inline std::uint16_t little_endian_16(ByteView at) { return static_cast<std::uint16_t>(at[0] | at[1] << 8); }
inline std::uint32_t little_endian_32(ByteView at) {
    return little_endian_16(at) | static_cast<std::uint32_t>(little_endian_16(at.subspan(2))) << 16;
}

/// `tail` is the file's last min(file_size, kMaxTail) bytes. Errors: "archive.not_zip", "archive.truncated",
/// "archive.trailing_bytes", "archive.second_end_record".
inline Result<ZipEndRecord> find_zip_end_record(ByteView tail, std::uint64_t file_size) {
    constexpr std::string_view kMarker = "PK\x05\x06";
    const auto text = as_text(tail);
    // Readers differ in whether they take the first or the last record whose comment ends with the file: there has to
    // be one only. A marker whose record does not end there is data, such as a stored archive within the payload.
    std::optional<std::size_t> last_marker;
    std::optional<std::size_t> found;
    for (auto at = text.find(kMarker); at != text.npos; at = text.find(kMarker, at + 1)) {
        last_marker = at;
        if (at + ZipEndRecord::kSize > tail.size()) continue;
        const auto comment = little_endian_16(tail.subspan(at + ZipEndRecord::kCommentLengthAt));
        if (at + ZipEndRecord::kSize + comment != tail.size()) continue;
        if (found)
            return invalid("archive.second_end_record", {}, "the archive must have one end record, but has two");
        found = at;
    }
    if (!last_marker) return invalid("archive.not_zip", {}, "the file is no ZIP archive: it has no end record");
    if (!found) {
        const bool cut = *last_marker + ZipEndRecord::kSize > tail.size() ||
                         *last_marker + ZipEndRecord::kSize +
                                 little_endian_16(tail.subspan(*last_marker + ZipEndRecord::kCommentLengthAt)) >
                             tail.size();
        return cut ? invalid("archive.truncated", {}, "the archive ends within its end record")
                   : invalid("archive.trailing_bytes", {},
                             "the archive must end with its end record's comment, but "
                             "bytes follow");
    }
    if (*last_marker != *found) {
        return invalid("archive.second_end_record", {}, "nothing after the end record may look like another one");
    }
    const auto record = tail.subspan(*found);
    return ZipEndRecord{.offset = file_size - tail.size() + *found,
                        .disk = little_endian_16(record.subspan(4)),
                        .directory_disk = little_endian_16(record.subspan(6)),
                        .entries_on_disk = little_endian_16(record.subspan(8)),
                        .entries = little_endian_16(record.subspan(10)),
                        .directory_size = little_endian_32(record.subspan(12)),
                        .directory_offset = little_endian_32(record.subspan(16)),
                        .comment_length = little_endian_16(record.subspan(20))};
}

}  // namespace cellwise::domain
