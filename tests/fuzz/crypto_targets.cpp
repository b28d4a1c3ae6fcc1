// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/crypto/private_key.hpp"
#include "adapters/crypto/public_key.hpp"
#include "adapters/crypto/signature_comment.hpp"
#include "targets.hpp"

#include <algorithm>
#include <sstream>
#include <string>

namespace cellwise::fuzz {

void fuzz_signature_comment(ByteView input) {
    const auto comment = crypto::parse_signature_comment(as_text(input));
    if (!comment) {
        CELLWISE_ASSERT(comment.error().code == "signature.malformed");
        return;
    }
    CELLWISE_ASSERT(crypto::format_signature_comment(*comment) == as_text(input));  // one text, one meaning
}

void fuzz_signed_package(ByteView input) {
    // Of corpus/signed_package/right.hex; its private half is nowhere, so that nothing else can be signed by it.
    constexpr auto* kKey =
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEAnYgZkOfrWnN6nR37Azy9zj0knre+1E+DH+Xkl/y/eRg=\n"
        "-----END PUBLIC KEY-----\n";
    constexpr auto* kOnlyOne = "86d19f84bf2cdc3ad60951bc3902cd84056ff95719f1756292dc47d7be9bdb32";
    static const auto key = crypto::PublicKey::parse_pem(kKey).value();
    std::istringstream file{std::string(as_text(input))};
    if (!crypto::verify_package(file, key)) return;
    CELLWISE_ASSERT(crypto::sha256_hex(input) == kOnlyOne);
}

void fuzz_public_key_pem(ByteView input) {
    const auto key = crypto::PublicKey::parse_pem(as_text(input));
    if (!key) return;
    const auto again = crypto::PublicKey::parse_pem(key->pem());
    // OpenSSL's test of an RSA modulus draws bases at random: what has a factor may pass once and fail again.
    const bool by_chance =
        key->algorithm() == crypto::Algorithm::Rsa2048Pkcs1 || key->algorithm() == crypto::Algorithm::Rsa3072Pss;
    CELLWISE_ASSERT(again || by_chance);
    if (again) CELLWISE_ASSERT(again->fingerprint() == key->fingerprint() && again->algorithm() == key->algorithm());
    CELLWISE_ASSERT(!key->verifies(crypto::sha256(input), input.first(std::min<std::size_t>(input.size(), 64))));
}

void fuzz_private_key_pem(ByteView input) {
    // Without a passphrase: how long an encrypted key takes to open is its writer's to say, and its reader's to bear.
    const auto key = crypto::PrivateKey::parse_pem(as_text(input), std::nullopt);
    if (!key) {
        CELLWISE_ASSERT(key.error().code.starts_with("private_key."));
        return;
    }
    (void)key->public_pem();
}

}  // namespace cellwise::fuzz
