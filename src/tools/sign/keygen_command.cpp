// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/private_key.hpp"
#include "adapters/crypto/public_key.hpp"
#include "tools/shell/output_file.hpp"
#include "tools/sign/commands.hpp"
#include "tools/sign/passphrase.hpp"

#include "cellwise/base/bytes.hpp"

namespace cellwise::sign {
namespace {

struct KeyFiles {
    std::filesystem::path private_file;
    std::filesystem::path public_file;
};

Result<KeyFiles> prepare(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        return internal_error("file.unwritable",
                              "cannot make the directory " + printable(folder.string()) + ": " + error.message());
    }
    KeyFiles files{.private_file = folder / "private.pem", .public_file = folder / "public.pem"};
    for (const auto& file : {files.private_file, files.public_file}) {
        // Before anybody is asked for a passphrase.
        if (std::filesystem::exists(file, error)) {
            return conflict("file.exists", printable(file.string()) + " is there already and is not overwritten");
        }
    }
    return files;
}

}  // namespace

Status keygen(const KeygenOptions& options, Console& console) {
    const auto files = prepare(options.out);
    if (!files) return files.error();
    const auto passphrase = new_passphrase(options.passphrase);
    if (!passphrase) return passphrase.error();
    const auto key = crypto::PrivateKey::generate(options.algorithm);
    if (!key) return key.error();
    const auto private_pem = key->pem(*passphrase);
    if (!private_pem) return private_pem.error();
    const auto public_pem = key->public_pem();
    if (!public_pem) return public_pem.error();
    const auto public_key = crypto::PublicKey::parse_pem(*public_pem);
    if (!public_key) return public_key.error();

    auto written = shell::write_new_file(files->private_file, *private_pem, shell::Access::OwnerOnly);
    if (!written) return written;
    written = shell::write_new_file(files->public_file, *public_pem, shell::Access::Everybody);
    if (!written) return written;
    console.fields().field("privateKey", files->private_file.string()).field("encrypted", passphrase->has_value());
    console.fields().field("publicKey", files->public_file.string());
    console.fields().field("algorithm", to_string(options.algorithm)).field("fingerprint", public_key->fingerprint());
    console.words() << "private key: " << printable(files->private_file.string())
                    << (*passphrase ? " (encrypted; keep it secret)" : " (NOT encrypted; keep it secret)") << '\n'
                    << "public key:  " << printable(files->public_file.string()) << " (give it to the platform)\n"
                    << "algorithm:   " << to_string(options.algorithm) << '\n'
                    << "fingerprint: " << public_key->fingerprint() << '\n';
    return {};
}

}  // namespace cellwise::sign
