// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/crypto/signed_file.hpp"
#include "tools/sign/commands.hpp"

#include "cellwise/base/bytes.hpp"

#include <array>
#include <fstream>
#include <iomanip>
#include <limits>

namespace cellwise::sign {
namespace {

class Table {
 public:
    explicit Table(std::ostream& out) : out_(out) {}
    /// What nobody wrote is not shown.
    void row(std::string_view name, std::string_view value) {
        if (value.empty()) return;
        out_ << std::left << std::setw(kWidth) << (printable(name) + ":") << ' ' << printable(value) << '\n';
    }

 private:
    static constexpr int kWidth = 25;
    std::ostream& out_;
};

Status show_file(Table& table, const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    if (error || !file) return internal_error("file.unreadable", "cannot read " + printable(path.string()));
    const auto digest = crypto::hash_prefix(file, size);
    if (!digest) return digest.error();
    table.row("file", path.string());
    table.row("size", std::to_string(size) + " bytes");
    table.row("sha256", to_hex(*digest));
    return {};
}

/// An unsigned package is whole; a broken signature is not.
Status show_signature(Table& table, const std::filesystem::path& path) {
    const auto claim = crypto::PackageVerifier().read_claim(path);
    if (claim) {
        table.row("signature", claim->algorithm + " (not verified)");
        table.row("signed by key", claim->fingerprint);
        return {};
    }
    if (claim.error().code != "signature.missing") return claim.error();
    table.row("signature", "none");
    return {};
}

std::string joined(const std::vector<std::string>& patterns) {
    std::string text;
    for (const auto& pattern : patterns) (text += text.empty() ? "" : "; ") += pattern;
    return text;
}

void show_description(Table& table, const archive::ParsedDescription& parsed) {
    const auto& description = parsed.description;
    table.row("version", description.version.text());
    table.row("manufacturerName", description.manufacturer_name);
    table.row("deviceType", description.device_type);
    table.row("model", description.model);
    table.row("protocolType", to_string(description.protocol));
    table.row("description", description.description);
    table.row("versionCheckCode", description.version_check_code);
    table.row("platform", description.platform);
    table.row("supportSourceVersionList", joined(description.source_versions));
    table.row("date", description.date);
    for (const auto& [name, json] : parsed.unknown_fields) table.row(name, json);
}

void show_payload(Table& table, const ports::ArchiveContents& contents,
                  const domain::UpgradeDescription& description) {
    table.row("payload", contents.payload_name);
    table.row("payload size", std::to_string(contents.payload_size) + " bytes");
    table.row("payload sha256", contents.payload_sha256);
    if (description.protocol == domain::Protocol::Mqtt) return;
    table.row("chunks", std::to_string(domain::chunk_count(contents.payload_size, description.chunk_size)) + " of " +
                            std::to_string(description.chunk_size) + " bytes");
    const auto code = domain::wire_check_code(description.version_check_code);
    const std::array<std::uint8_t, 2> wire{static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code)};
    table.row("package check code", to_hex(wire));
}

}  // namespace

Status inspect(const InspectOptions& options, std::ostream& out) {
    Table table(out);
    if (auto shown = show_file(table, options.package); !shown) return shown;
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
