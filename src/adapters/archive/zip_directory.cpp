// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/zip_directory.hpp"

#include "cellwise/domain/zip_end_record.hpp"

namespace cellwise::archive {
namespace {

using domain::little_endian_16;
using domain::little_endian_32;

constexpr std::size_t kCentralHeaderSize = 46;
constexpr std::uint32_t kCentralSignature = 0x02014B50;
constexpr std::uint32_t kInZip64Field = 0xFFFFFFFF;
constexpr std::uint16_t kUnicodePath = 0x7075;  // APPNOTE 4.6.9
constexpr std::size_t kMostShownOfName = 100;

Error malformed(std::string message) { return invalid("archive.central_directory", {}, std::move(message)); }

}  // namespace

std::string ZipEntry::shown_name() const {
    return printable(std::string_view(name).substr(0, kMostShownOfName)) +
           (name.size() > kMostShownOfName ? "..." : "");
}

Error broken_entry(std::string code, std::string rule, const ZipEntry& entry) {
    return invalid("archive." + std::move(code), {}, std::move(rule), entry.shown_name());
}

bool names_another(ByteView extra, std::string_view name) {
    constexpr std::size_t kBeforeName = 5;  // version and CRC of the header's name
    while (extra.size() >= 4) {
        const auto id = little_endian_16(extra);
        const std::size_t size = little_endian_16(extra.subspan(2));
        extra = extra.subspan(4);
        if (size > extra.size()) return false;  // not a field that anybody could read
        if (id == kUnicodePath && (size < kBeforeName || as_text(extra.first(size).subspan(kBeforeName)) != name)) {
            return true;
        }
        extra = extra.subspan(size);
    }
    return false;
}

Result<std::vector<ZipEntry>> parse_central_directory(ByteView directory, std::uint16_t count) {
    std::vector<ZipEntry> entries;
    entries.reserve(count);
    while (!directory.empty()) {
        if (entries.size() == count) return malformed("the central directory is longer than its entries");
        if (directory.size() < kCentralHeaderSize || little_endian_32(directory) != kCentralSignature) {
            return malformed("the central directory must be one header after the other");
        }
        const std::size_t name_size = little_endian_16(directory.subspan(28));
        const std::size_t extra_size = little_endian_16(directory.subspan(30));
        const std::size_t comment_size = little_endian_16(directory.subspan(32));
        if (directory.size() - kCentralHeaderSize < name_size + extra_size + comment_size) {
            return malformed("an entry reaches beyond the central directory");
        }
        if (little_endian_16(directory.subspan(34)) != 0) {
            return invalid("archive.multi_disk", {}, "the archive must be whole, not a part of several");
        }
        entries.push_back(ZipEntry{.name = std::string(as_text(directory.subspan(kCentralHeaderSize, name_size))),
                                   .flags = little_endian_16(directory.subspan(8)),
                                   .method = little_endian_16(directory.subspan(10)),
                                   .crc = little_endian_32(directory.subspan(16)),
                                   .compressed_size = little_endian_32(directory.subspan(20)),
                                   .size = little_endian_32(directory.subspan(24)),
                                   .attributes = little_endian_32(directory.subspan(38)),
                                   .offset = little_endian_32(directory.subspan(42))});
        const auto& entry = entries.back();
        if (entry.compressed_size == kInZip64Field || entry.size == kInZip64Field || entry.offset == kInZip64Field) {
            return invalid("archive.zip64", {}, "an archive under 4 GiB needs no ZIP64, and larger ones are refused",
                           entry.shown_name());
        }
        if (names_another(directory.subspan(kCentralHeaderSize + name_size, extra_size), entry.name)) {
            return invalid("archive.name.alias", {}, "an entry must have one name only", entry.shown_name());
        }
        directory = directory.subspan(kCentralHeaderSize + name_size + extra_size + comment_size);
    }
    if (entries.size() != count) return malformed("the central directory has fewer entries than it says");
    return entries;
}

}  // namespace cellwise::archive
