// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/crypto/signed_file.hpp"
#include "tools/sign/commands.hpp"

#include "cellwise/base/bytes.hpp"

#include <array>
#include <iomanip>
#include <limits>

namespace cellwise::sign {
namespace {

/// Rows for people, members for programs. What nobody wrote is not shown.
class Table {
 public:
    explicit Table(Console& console) : console_(console) {}

    void row(std::string_view name, std::string_view member, std::string_view value) {
        if (value.empty()) return;
        words(name, value);
        console_.fields().field(member, value);
    }
    void row(std::string_view name, std::string_view member, std::uint64_t number, std::string_view unit) {
        words(name, std::to_string(number) + std::string(unit));
        console_.fields().field(member, number);
    }
    void words(std::string_view name, std::string_view value) {
        console_.words() << std::left << std::setw(kWidth) << (printable(name) + ":") << ' ' << printable(value)
                         << '\n';
    }
    json::Writer& fields() { return console_.fields(); }

 private:
    static constexpr int kWidth = 25;
    Console& console_;
};

Status show_file(Table& table, const std::filesystem::path& path, std::ostream* progress_output) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    shell::Progress progress(progress_output, "reading", error ? 0 : size);
    shell::MeteredFile file(path, progress);
    if (error || !file.stream()) return internal_error("file.unreadable", "cannot read " + printable(path.string()));
    const auto digest = crypto::hash_prefix(file.stream(), size);
    if (!digest) return digest.error();
    table.row("file", "file", path.string());
    table.row("size", "size", size, " bytes");
    table.row("sha256", "sha256", to_hex(*digest));
    return {};
}

/// An unsigned package is whole; a broken signature is not.
Status show_signature(Table& table, const std::filesystem::path& path) {
    const auto claim = crypto::PackageVerifier().read_claim(path);
    if (claim) {
        table.words("signature", claim->algorithm + " (not verified)");
        table.fields().field("signatureAlgorithm", claim->algorithm);
        table.row("signed by key", "keyFingerprint", claim->fingerprint);
        return {};
    }
    if (claim.error().code != "signature.missing") return claim.error();
    table.words("signature", "none");
    table.fields().null_field("signatureAlgorithm").null_field("keyFingerprint");
    return {};
}

std::string joined(const std::vector<std::string>& patterns) {
    std::string text;
    for (const auto& pattern : patterns) (text += text.empty() ? "" : "; ") += pattern;
    return text;
}

void show_description(Table& table, const archive::ParsedDescription& parsed) {
    const auto& description = parsed.description;
    table.row("version", "version", description.version.text());
    table.row("manufacturerName", "manufacturerName", description.manufacturer_name);
    table.row("deviceType", "deviceType", description.device_type);
    table.row("model", "model", description.model);
    table.row("protocolType", "protocolType", to_string(description.protocol));
    table.row("description", "description", description.description);
    table.row("versionCheckCode", "versionCheckCode", description.version_check_code);
    table.row("platform", "platform", description.platform);
    if (!description.source_versions.empty()) {
        table.words("supportSourceVersionList", joined(description.source_versions));
        table.fields().key("supportSourceVersionList").begin_array();
        for (const auto& pattern : description.source_versions) table.fields().value(pattern);
        table.fields().end_array();
    }
    table.row("date", "date", description.date);
    table.fields().key("unknownFields").begin_object();
    for (const auto& [name, json] : parsed.unknown_fields) {
        table.words(name, json);
        table.fields().key(name).whole(json);
    }
    table.fields().end_object();
}

void show_payload(Table& table, const ports::ArchiveContents& contents,
                  const domain::UpgradeDescription& description) {
    table.row("payload", "payload", contents.payload_name);
    table.row("payload size", "payloadSize", contents.payload_size, " bytes");
    table.row("payload sha256", "payloadSha256", contents.payload_sha256);
    if (description.protocol == domain::Protocol::Mqtt) return;
    const auto chunks = domain::chunk_count(contents.payload_size, description.chunk_size);
    table.row("chunks", "chunks", chunks, " of " + std::to_string(description.chunk_size) + " bytes");
    table.fields().field("chunkSize", description.chunk_size);
    const auto code = domain::wire_check_code(description.version_check_code);
    const std::array<std::uint8_t, 2> wire{static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code)};
    table.row("package check code", "packageCheckCode", to_hex(wire));
}

}  // namespace

Status inspect(const InspectOptions& options, Console& console) {
    Table table(console);
    if (auto shown = show_file(table, options.package, console.progress_output()); !shown) return shown;
    if (auto shown = show_signature(table, options.package); !shown) return shown;
    crypto::OpenSslHashing hashing;
    const auto contents =
        archive::ZipPackageArchive(hashing).examine(options.package, std::numeric_limits<std::uint64_t>::max());
    if (!contents) return contents.error();
    const auto parsed = archive::parse_upgrade_description(contents->description_json);
    if (!parsed) return parsed.error();
    show_description(table, *parsed);
    show_payload(table, *contents, parsed->description);
    if (parsed->description.file_name == contents->payload_name) return {};
    return invalid("description.file_name.absent", "fileName",
                   "fileName must be the file in the folder linux, which is " + printable(contents->payload_name),
                   parsed->description.file_name);
}

}  // namespace cellwise::sign
