// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/package_structure.hpp"

#include "adapters/archive/local_headers.hpp"

#include "cellwise/domain/zip_end_record.hpp"

#include <algorithm>

namespace cellwise::archive {
namespace {

using domain::ZipEndRecord;

Result<ZipEndRecord> read_end_record(std::istream& file) {
    file.clear();
    file.seekg(0, std::ios::end);
    const auto end = file.tellg();
    if (!file || end < 0) return internal_error("file.unreadable", "the archive cannot be read");
    const auto file_size = static_cast<std::uint64_t>(end);
    const auto tail_size = static_cast<std::size_t>(std::min<std::uint64_t>(file_size, ZipEndRecord::kMaxTail));
    const auto tail = read_at(file, file_size - tail_size, tail_size);
    if (!tail) return tail.error();
    return domain::find_zip_end_record(*tail, file_size);
}

Result<bool> has_zip64_locator(std::istream& file, const ZipEndRecord& end) {
    constexpr std::size_t kLocatorSize = 20;
    if (end.offset < kLocatorSize) return false;
    const auto bytes = read_at(file, end.offset - kLocatorSize, kLocatorSize);
    if (!bytes) return bytes.error();
    return domain::little_endian_32(*bytes) == 0x07064B50;
}

Status check_end_record(std::istream& file, const ZipEndRecord& end) {
    if (end.disk != 0 || end.directory_disk != 0 || end.entries != end.entries_on_disk) {
        return invalid("archive.multi_disk", {}, "the archive must be whole, not a part of several");
    }
    const auto zip64 = has_zip64_locator(file, end);
    if (!zip64) return zip64.error();
    if (*zip64)
        return invalid("archive.zip64", {}, "an archive under 4 GiB needs no ZIP64, and larger ones are refused");
    if (end.entries > kMaxEntries) {
        return invalid("archive.too_many_entries", {},
                       "an archive has at most " + std::to_string(kMaxEntries) + " entries",
                       std::to_string(end.entries));
    }
    const std::uint64_t directory_end = std::uint64_t{end.directory_offset} + end.directory_size;
    if (directory_end > end.offset)
        return invalid("archive.truncated", {}, "bytes before the end record are missing");
    if (directory_end < end.offset) {
        return invalid("archive.gap", {}, "the central directory must end where the end record begins");
    }
    if (end.directory_size > kMaxDirectorySize) {
        return invalid("archive.central_directory", {},
                       "the central directory has at most " + std::to_string(kMaxDirectorySize) + " bytes",
                       std::to_string(end.directory_size));
    }
    return {};
}

}  // namespace

Result<PackageStructure> read_package_structure(std::istream& file, std::uint64_t max_size) {
    const auto end = read_end_record(file);
    if (!end) return end.error();
    if (const auto sound = check_end_record(file, *end); !sound) return sound.error();
    const auto directory = read_at(file, end->directory_offset, end->directory_size);
    if (!directory) return directory.error();
    auto entries = parse_central_directory(*directory, end->entries);
    if (!entries) return entries.error();
    if (const auto allowed = check_entries(*entries); !allowed) return allowed.error();
    std::ranges::sort(*entries, {}, &ZipEntry::offset);
    if (const auto same = check_local_headers(file, *entries, end->directory_offset); !same) return same.error();
    if (const auto bounded = check_sizes(*entries, max_size); !bounded) return bounded.error();
    const auto layout = find_layout(*entries);
    if (!layout) return layout.error();
    return PackageStructure{.entries = std::move(*entries), .layout = *layout};
}

}  // namespace cellwise::archive
