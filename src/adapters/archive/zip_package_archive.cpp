// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/zip_package_archive.hpp"

#include "adapters/archive/hash_behind.hpp"
#include "adapters/archive/libarchive_handles.hpp"
#include "adapters/archive/package_structure.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <string>
#include <unistd.h>

namespace cellwise::archive {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

/// Takes what was unpacked, piece by piece.
using Sink = std::function<Status(ByteView)>;

Error corrupt(const ZipEntry& entry, std::string why) {
    return invalid("archive.corrupt", {}, "the data of an entry does not unpack: " + std::move(why),
                   entry.shown_name());
}

class PayloadFile {
 public:
    explicit PayloadFile(const std::filesystem::path& path)
        : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)) {}
    PayloadFile(const PayloadFile&) = delete;
    PayloadFile& operator=(const PayloadFile&) = delete;
    ~PayloadFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    bool is_open() const { return descriptor_ >= 0; }

    Status write(ByteView bytes) {
        while (!bytes.empty()) {
            const auto written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return failure();
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return {};
    }

    static Error failure() {
        if (errno == ENOSPC || errno == EDQUOT) {
            return Error{ErrorKind::StorageFull, "storage.full", "no space is left for the package"};
        }
        return internal_error("file.unwritable",
                              std::string("the payload cannot be written: ") + std::strerror(errno));
    }

 private:
    int descriptor_;
};

/// Unpacks the entry that libarchive stands at. It checks the CRC at the end.
Status unpack(::archive& reader, const ZipEntry& entry, const Sink& sink) {
    Bytes piece(kPiece);
    std::uint64_t total = 0;
    while (true) {
        const auto size = archive_read_data(&reader, piece.data(), piece.size());
        if (size < 0) return corrupt(entry, reason_of(reader));
        if (size == 0) break;
        total += static_cast<std::uint64_t>(size);
        if (total > entry.size) return corrupt(entry, "there is more of it than its header says");
        if (const auto taken = sink(ByteView(piece).first(static_cast<std::size_t>(size))); !taken) return taken;
    }
    if (total != entry.size) return corrupt(entry, "there is less of it than its header says");
    return {};
}

/// Stands on the next entry, which has to be the one that our own reading found there.
Status step(::archive& reader, const ZipEntry& entry) {
    archive_entry* found = nullptr;
    // A warning is a name that does not fit the character set; names were judged before.
    if (archive_read_next_header(&reader, &found) < ARCHIVE_WARN) return corrupt(entry, reason_of(reader));
    const auto wanted = entry.is_folder() ? AE_IFDIR : AE_IFREG;
    const bool same = archive_entry_filetype(found) == wanted && archive_entry_size(found) == la_int64_t{entry.size};
    if (!same) return corrupt(entry, "it reads as another kind of entry");
    return {};
}

ReadHandle open_reader(const std::filesystem::path& path) {
    ReadHandle reader(archive_read_new());
    // The seekable reader only: it goes by the central directory, as our checks do.
    if (!reader || archive_read_support_format_zip_seekable(reader.get()) != ARCHIVE_OK ||
        archive_read_open_filename(reader.get(), path.c_str(), kPiece) != ARCHIVE_OK) {
        return nullptr;
    }
    return reader;
}

std::string without_bom(std::string text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    return text;
}

Result<ports::ArchiveContents> read_package(ports::Hashing& hashing, const std::filesystem::path& path,
                                            std::uint64_t max_size, const Sink& payload_sink) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return internal_error("file.unreadable", "cannot open " + printable(path.string()));
    const auto structure = read_package_structure(file, max_size);
    if (!structure) return structure.error();

    const Utf8Locale utf8;
    const auto reader = open_reader(path);
    if (!reader) return invalid("archive.corrupt", {}, "the archive cannot be opened as ZIP");
    const auto& entries = structure->entries;
    ports::ArchiveContents contents;
    HashBehind hash(hashing.new_sha256());
    const Sink take_description = [&](ByteView bytes) -> Status {
        contents.description_json += as_text(bytes);
        return {};
    };
    const Sink take_payload = [&](ByteView bytes) -> Status {
        hash.update(bytes);
        return payload_sink(bytes);
    };
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (const auto at = step(*reader, entries[i]); !at) return at.error();
        if (i != structure->layout.description && i != structure->layout.payload) continue;
        const auto& sink = i == structure->layout.payload ? take_payload : take_description;
        if (const auto done = unpack(*reader, entries[i], sink); !done) return done.error();
    }
    const auto& payload = entries[structure->layout.payload];
    contents.description_json = without_bom(std::move(contents.description_json));
    contents.payload_name = payload.name.substr(kPayloadFolder.size());
    contents.payload_size = payload.size;
    contents.payload_sha256 = hash.finish_hex();
    return contents;
}

}  // namespace

Result<ports::ArchiveContents> ZipPackageArchive::extract(const std::filesystem::path& archive,
                                                          const std::filesystem::path& payload_out,
                                                          std::uint64_t max_size) {
    PayloadFile out(payload_out);
    if (!out.is_open()) return PayloadFile::failure();
    return read_package(hashing_, archive, max_size, [&](ByteView bytes) { return out.write(bytes); });
}

Result<ports::ArchiveContents> ZipPackageArchive::examine(const std::filesystem::path& archive,
                                                          std::uint64_t max_size) {
    return read_package(hashing_, archive, max_size, [](ByteView) { return Status{}; });
}

}  // namespace cellwise::archive
