// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/crypto/public_key.hpp"
#include "tools/shell/output_file.hpp"
#include "tools/sign/commands.hpp"

#include "cellwise/base/bytes.hpp"

namespace cellwise::sign {
Status verify(const VerifyOptions& options, Console& console) {
    const auto pem = shell::read_text(options.key, kMaxPemSize);
    if (!pem) return pem.error();
    const auto key = crypto::PublicKey::parse_pem(*pem);
    if (!key) return key.error();
    std::error_code error;
    const auto size = std::filesystem::file_size(options.package, error);
    shell::Progress progress(console.progress_output(), "verifying", error ? 0 : size);
    shell::MeteredFile file(options.package, progress);
    if (!file.stream())
        return internal_error("file.unreadable", "cannot open " + printable(options.package.string()));
    if (auto valid = crypto::verify_package(file.stream(), *key); !valid) return valid;
    console.fields().field("package", options.package.string()).field("algorithm", to_string(key->algorithm()));
    console.fields().field("fingerprint", key->fingerprint());
    console.words() << "signature valid\n";
    return {};
}

}  // namespace cellwise::sign
