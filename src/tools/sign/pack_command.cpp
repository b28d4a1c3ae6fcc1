// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/entry_rules.hpp"
#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/archive/zip_package_writer.hpp"
#include "adapters/crypto/hashing.hpp"
#include "tools/shell/output_file.hpp"
#include "tools/sign/commands.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/domain/pcp.hpp"

#include <limits>
#include <optional>

namespace cellwise::sign {
namespace {

using domain::UpgradeDescription;

Result<std::uint64_t> size_of(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        return internal_error("file.unreadable", printable(path.string()) + " is no file that can be read");
    }
    const auto size = std::filesystem::file_size(path, error);
    if (error) return internal_error("file.unreadable", "cannot read " + printable(path.string()));
    return static_cast<std::uint64_t>(size);
}

/// The rules that tie the description to the file.
Status check_file(const UpgradeDescription& description, const std::filesystem::path& file, std::uint64_t size) {
    if (description.file_name != file.filename().string()) {
        return invalid("description.file_name.absent", "fileName",
                       "fileName must be the name of the file, which is " + printable(file.filename().string()),
                       description.file_name);
    }
    if (size == 0) return invalid("archive.payload_empty", {}, "the vendor's file may not be empty", file.string());
    if (size > kMaxPackageSize) {
        return Error{ErrorKind::TooLarge, "archive.too_large", "the vendor's file must be smaller than 4 GiB"};
    }
    const auto chunks = domain::chunk_count(size, description.chunk_size);
    if (description.protocol == domain::Protocol::Mqtt || chunks <= domain::pcp::kMaxChunkCount) return {};
    return invalid("package.too_many_chunks", "deviceShard",
                   "the vendor's file must have at most 65535 chunks: of " + std::to_string(description.chunk_size) +
                       " bytes each, " + std::to_string(size) + " bytes are more",
                   std::to_string(chunks));
}

/// Writes the package and reads it back as the platform will.
Result<ports::ArchiveContents> write_checked(const archive::PackageParts& parts, archive::Compression compression,
                                             const std::filesystem::path& out) {
    if (const auto written = archive::write_package(parts, compression, out); !written) return written.error();
    crypto::OpenSslHashing hashing;
    return archive::ZipPackageArchive(hashing).examine(out, std::numeric_limits<std::uint64_t>::max());
}

void show(Console& console, const PackOptions& options, const UpgradeDescription& description, std::uint64_t size) {
    const auto chunks = description.protocol == domain::Protocol::Mqtt
                            ? std::optional<std::uint64_t>{}
                            : domain::chunk_count(size, description.chunk_size);
    console.fields().field("package", options.out.string()).field("version", description.version.text());
    console.fields().field("manufacturerName", description.manufacturer_name);
    console.fields().field("deviceType", description.device_type).field("model", description.model);
    console.fields().field("size", size).field("chunks", chunks).field("chunkSize", description.chunk_size);
    auto& out = console.words();
    out << "packed " << printable(options.out.string()) << ": version " << description.version.text() << " for "
        << printable(description.manufacturer_name) << " / " << printable(description.device_type) << " / "
        << printable(description.model) << ", " << size << " bytes";
    if (chunks) out << " in " << *chunks << " chunks of " << description.chunk_size;
    out << '\n';
}

}  // namespace

Status pack(const PackOptions& options, Console& console) {
    const auto json = shell::read_text(options.description, archive::kMaxDescriptionSize);
    if (!json) return json.error();
    const auto parsed = archive::parse_upgrade_description(*json);
    if (!parsed) return parsed.error();
    const auto& description = parsed->description;
    const auto size = size_of(options.file);
    if (!size) return size.error();
    if (const auto fits = check_file(description, options.file, *size); !fits) return fits;

    shell::OutputFile package(options.out);
    shell::Progress progress(console.progress_output(), "packing", *size);
    const archive::PackageParts parts{.description_json = *json,
                                      .payload_name = description.file_name,
                                      .payload = options.file,
                                      .on_read = [&progress](std::uint64_t bytes) { progress.advance(bytes); }};
    auto contents = write_checked(parts, archive::Compression::Deflate, package.path());
    if (!contents && contents.error().code == "archive.ratio") {
        // A file of zeros, say: so small when deflated that the platform takes it for a bomb.
        contents = write_checked(parts, archive::Compression::Store, package.path());
    }
    if (!contents) return contents.error();
    if (auto committed = package.commit(); !committed) return committed;
    show(console, options, description, *size);
    return {};
}

}  // namespace cellwise::sign
