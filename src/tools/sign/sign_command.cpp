// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/package_signer.hpp"
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/crypto/public_key.hpp"
#include "tools/shell/output_file.hpp"
#include "tools/sign/commands.hpp"
#include "tools/sign/passphrase.hpp"

#include "cellwise/base/bytes.hpp"

#include <fstream>
#include <limits>

namespace cellwise::sign {
namespace {

Result<std::filesystem::path> target_of(const SignOptions& options) {
    if (options.out) return *options.out;
    if (options.package.extension() != ".zip") {
        return invalid("usage.name", {}, "the package's name must end in .zip, or --out must name the signed one",
                       options.package.string());
    }
    auto target = options.package;
    return target.replace_filename(options.package.stem().string() + "_signed.zip");
}

Result<crypto::PrivateKey> load_key(const SignOptions& options) {
    const auto pem = shell::read_text(options.key, kMaxPemSize);
    if (!pem) return pem.error();
    if (!crypto::PrivateKey::is_encrypted(*pem)) return crypto::PrivateKey::parse_pem(*pem, std::nullopt);
    const auto passphrase = existing_passphrase(options.passphrase);
    if (!passphrase) return passphrase.error();
    return crypto::PrivateKey::parse_pem(*pem, *passphrase);
}

/// Signing is the vendor's word, whatever the platform will say; but it is friendlier to say it now.
void warn_of_broken_rules(const std::filesystem::path& package, Console& console) {
    crypto::OpenSslHashing hashing;
    const auto contents =
        archive::ZipPackageArchive(hashing).examine(package, std::numeric_limits<std::uint64_t>::max());
    const auto warn = [&console](Error error) {
        error.message.insert(0, "the platform will refuse this package: ");
        console.warn(error);
    };
    if (!contents) return warn(contents.error());
    const auto description = archive::parse_upgrade_description(contents->description_json);
    if (!description) return warn(description.error());
    if (description->description.file_name != contents->payload_name) {
        warn(invalid("description.file_name.absent", "fileName",
                     "fileName must be the file in the folder linux, which is " + printable(contents->payload_name),
                     description->description.file_name));
    }
}

Status write_signed(const std::filesystem::path& package, const std::filesystem::path& out,
                    const crypto::PrivateKey& key, shell::Progress& progress) {
    shell::MeteredFile in(package, progress);
    if (!in.stream()) return internal_error("file.unreadable", "cannot read " + printable(package.string()));
    std::ofstream file(out, std::ios::binary | std::ios::trunc);
    if (!file) return internal_error("file.unwritable", "cannot write " + printable(out.string()));
    return crypto::sign_package(in.stream(), file, key);
}

/// Nothing leaves that does not verify.
Result<std::string> verify_again(const std::filesystem::path& package, const crypto::PrivateKey& key,
                                 shell::Progress& progress) {
    const auto public_pem = key.public_pem();
    if (!public_pem) return public_pem.error();
    const auto public_key = crypto::PublicKey::parse_pem(*public_pem);
    if (!public_key) return public_key.error();
    shell::MeteredFile file(package, progress);
    if (auto valid = crypto::verify_package(file.stream(), *public_key); !valid) return valid.error();
    return public_key->fingerprint();
}

std::uint64_t size_or_zero(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    return error ? 0 : size;
}

}  // namespace

Status sign(const SignOptions& options, Console& console) {
    const auto target = target_of(options);
    if (!target) return target.error();
    const auto key = load_key(options);
    if (!key) return key.error();
    shell::OutputFile signed_package(*target);
    const auto fingerprint = [&]() -> Result<std::string> {
        // Read for its hash, for the copy, and to verify what was written.
        shell::Progress progress(console.progress_output(), "signing", 3 * size_or_zero(options.package));
        auto written = write_signed(options.package, signed_package.path(), *key, progress);
        if (!written) return written.error();
        return verify_again(signed_package.path(), *key, progress);
    }();
    if (!fingerprint) return fingerprint.error();
    if (auto committed = signed_package.commit(); !committed) return committed;
    warn_of_broken_rules(*target, console);
    console.fields().field("package", target->string()).field("algorithm", to_string(key->algorithm()));
    console.fields().field("fingerprint", *fingerprint);
    console.words() << "signed " << printable(target->string()) << " by " << to_string(key->algorithm()) << '\n';
    return {};
}

}  // namespace cellwise::sign
