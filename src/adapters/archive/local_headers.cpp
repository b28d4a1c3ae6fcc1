// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/local_headers.hpp"

#include "cellwise/domain/zip_end_record.hpp"

#include <string>

namespace cellwise::archive {
namespace {

using domain::little_endian_16;
using domain::little_endian_32;

constexpr std::size_t kLocalHeaderSize = 30;
constexpr std::uint32_t kLocalSignature = 0x04034B50;
constexpr std::uint32_t kDescriptorSignature = 0x08074B50;
constexpr std::size_t kDescriptorSize = 12;  ///< without its signature, which may be there

Error mismatch(std::string_view what, const ZipEntry& entry) {
    return broken_entry("header_mismatch",
                        "the entry's own header and the central directory must agree on its " + std::string(what),
                        entry);
}

/// With a descriptor behind the data, the header before it may leave crc and sizes at 0 (APPNOTE 4.4.4, bit 3).
bool agrees(std::uint32_t local, std::uint32_t central, const ZipEntry& entry) {
    return local == central || (entry.has_descriptor() && local == 0);
}

Status check_fields(ByteView header, const ZipEntry& entry) {
    constexpr std::uint16_t kFlagsThatMatter = 0x2049;  // encryption, and where the sizes are
    const auto flags = little_endian_16(header.subspan(6));
    if ((flags & kFlagsThatMatter) != (entry.flags & kFlagsThatMatter)) return mismatch("flags", entry);
    if (little_endian_16(header.subspan(8)) != entry.method) return mismatch("method", entry);
    if (!agrees(little_endian_32(header.subspan(14)), entry.crc, entry)) return mismatch("CRC", entry);
    if (!agrees(little_endian_32(header.subspan(18)), entry.compressed_size, entry)) {
        return mismatch("compressed size", entry);
    }
    if (!agrees(little_endian_32(header.subspan(22)), entry.size, entry)) return mismatch("size", entry);
    return {};
}

/// Reads the header of `entry`; gives the offset of the data behind it.
Result<std::uint64_t> check_header(std::istream& file, const ZipEntry& entry, std::uint64_t limit) {
    if (entry.offset + kLocalHeaderSize > limit)
        return broken_entry("overlap", "an entry reaches into the central directory", entry);
    const auto header = read_at(file, entry.offset, kLocalHeaderSize);
    if (!header) return header.error();
    if (little_endian_32(*header) != kLocalSignature) {
        return broken_entry("local_header", "where the central directory says there must be an entry", entry);
    }
    if (const auto fields = check_fields(*header, entry); !fields) return fields.error();
    const std::size_t name_size = little_endian_16(ByteView(*header).subspan(26));
    const std::size_t extra_size = little_endian_16(ByteView(*header).subspan(28));
    const auto data_offset = entry.offset + kLocalHeaderSize + name_size + extra_size;
    if (name_size != entry.name.size()) return mismatch("name", entry);
    if (data_offset > limit) return broken_entry("overlap", "an entry reaches into the central directory", entry);
    const auto variable = read_at(file, entry.offset + kLocalHeaderSize, name_size + extra_size);
    if (!variable) return variable.error();
    if (as_text(ByteView(*variable).first(name_size)) != entry.name) return mismatch("name", entry);
    if (names_another(ByteView(*variable).subspan(name_size), entry.name)) {
        return broken_entry("name.alias", "an entry must have one name only", entry);
    }
    return data_offset;
}

/// Between an entry's data and what follows there is its descriptor, if it has one, and nothing else.
Status check_descriptor(std::istream& file, const ZipEntry& entry, std::uint64_t offset, std::uint64_t size) {
    if (!entry.has_descriptor()) {
        return size == 0 ? Status{} : broken_entry("gap", "bytes behind an entry belong to nothing", entry);
    }
    if (size != kDescriptorSize && size != kDescriptorSize + 4) {
        return broken_entry("gap", "behind an entry there must be its data descriptor and nothing else", entry);
    }
    const auto bytes = read_at(file, offset, static_cast<std::size_t>(size));
    if (!bytes) return bytes.error();
    ByteView descriptor = *bytes;
    if (size > kDescriptorSize) {
        if (little_endian_32(descriptor) != kDescriptorSignature) return mismatch("data descriptor", entry);
        descriptor = descriptor.subspan(4);
    }
    if (little_endian_32(descriptor) != entry.crc ||
        little_endian_32(descriptor.subspan(4)) != entry.compressed_size ||
        little_endian_32(descriptor.subspan(8)) != entry.size) {
        return mismatch("data descriptor", entry);
    }
    return {};
}

}  // namespace

Result<Bytes> read_at(std::istream& file, std::uint64_t offset, std::size_t size) {
    Bytes bytes(size);
    file.clear();
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!file) return internal_error("file.unreadable", "the archive cannot be read");
    return bytes;
}

Status check_local_headers(std::istream& file, std::span<const ZipEntry> entries, std::uint64_t directory_offset) {
    if (!entries.empty() && entries.front().offset != 0) {
        return broken_entry("gap", "the archive must begin with its first entry", entries.front());
    }
    if (entries.empty() && directory_offset != 0) {
        return invalid("archive.gap", {}, "the archive must begin with its first entry");
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& entry = entries[i];
        const std::uint64_t next = i + 1 < entries.size() ? entries[i + 1].offset : directory_offset;
        const auto data_offset = check_header(file, entry, directory_offset);
        if (!data_offset) return data_offset.error();
        const auto data_end = *data_offset + entry.compressed_size;
        if (data_end > next) return broken_entry("overlap", "entries may not lie over each other", entry);
        if (const auto end = check_descriptor(file, entry, data_end, next - data_end); !end) return end;
    }
    return {};
}

}  // namespace cellwise::archive
