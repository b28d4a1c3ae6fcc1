// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/zip_package_writer.hpp"

#include "adapters/archive/entry_rules.hpp"
#include "adapters/archive/libarchive_handles.hpp"

#include <array>
#include <cerrno>
#include <fstream>

namespace cellwise::archive {
namespace {

Error failure(::archive& writer) {
    if (archive_errno(&writer) == ENOSPC) {
        return Error{ErrorKind::StorageFull, "storage.full", "no space is left for the package"};
    }
    return internal_error("file.unwritable", "the package cannot be written: " + reason_of(writer));
}

Status begin_entry(::archive& writer, const std::string& name, std::uint64_t size) {
    const EntryHandle entry(archive_entry_new());
    if (!entry) return failure(writer);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    // No modification time: libarchive then writes ZIP's first day, whatever the time zone.
    if (archive_write_header(&writer, entry.get()) != ARCHIVE_OK) return failure(writer);
    return {};
}

Status add_data(::archive& writer, std::string_view data) {
    const auto written = archive_write_data(&writer, data.data(), data.size());
    if (written < 0 || static_cast<std::size_t>(written) != data.size()) return failure(writer);
    return {};
}

Status add_description(::archive& writer, std::string_view json) {
    if (const auto begun = begin_entry(writer, std::string(kDescriptionPath), json.size()); !begun) return begun;
    return add_data(writer, json);
}

Status add_payload(::archive& writer, const PackageParts& parts) {
    const auto& path = parts.payload;
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    if (error || !file) return internal_error("file.unreadable", "cannot read " + printable(path.string()));
    const auto entry_name = std::string(kPayloadFolder) + std::string(parts.payload_name);
    if (const auto begun = begin_entry(writer, entry_name, size); !begun) return begun;
    std::array<char, 64 * 1024> piece{};
    for (auto rest = size; rest > 0;) {
        const auto now = std::min<std::uintmax_t>(rest, piece.size());
        if (!file.read(piece.data(), static_cast<std::streamsize>(now))) {
            return internal_error("file.unreadable", "cannot read " + printable(path.string()));
        }
        if (const auto added = add_data(writer, {piece.data(), static_cast<std::size_t>(now)}); !added) return added;
        if (parts.on_read) parts.on_read(now);
        rest -= now;
    }
    return {};
}

}  // namespace

Status write_package(const PackageParts& parts, Compression compression, const std::filesystem::path& out) {
    const Utf8Locale utf8;
    const WriteHandle writer(archive_write_new());
    if (!writer) return internal_error("file.unwritable", "libarchive has no memory");
    auto& zip = *writer;
    if (archive_write_set_format_zip(&zip) != ARCHIVE_OK) return failure(zip);
    const auto set = compression == Compression::Store ? archive_write_zip_set_compression_store(&zip)
                                                       : archive_write_zip_set_compression_deflate(&zip);
    if (set != ARCHIVE_OK) return failure(zip);
    archive_write_set_bytes_in_last_block(&zip, 1);  // no padding behind the end record
    if (archive_write_open_filename(&zip, out.c_str()) != ARCHIVE_OK) return failure(zip);
    if (const auto added = add_description(zip, parts.description_json); !added) return added;
    if (const auto added = add_payload(zip, parts); !added) return added;
    if (archive_write_close(&zip) != ARCHIVE_OK) return failure(zip);
    return {};
}

}  // namespace cellwise::archive
