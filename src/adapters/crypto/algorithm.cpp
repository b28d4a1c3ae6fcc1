// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/algorithm.hpp"

#include "cellwise/base/assert.hpp"

namespace cellwise::crypto {

std::string_view to_string(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::EcdsaSecp256k1:
            return "ecdsa-secp256k1-sha256";
        case Algorithm::EcdsaP256:
            return "ecdsa-p256-sha256";
        case Algorithm::Rsa2048Pkcs1:
            return "rsa2048-pkcs1-sha256";
        case Algorithm::Rsa3072Pss:
            return "rsa3072-pss-sha256";
        case Algorithm::Ed25519:
            return "ed25519";
    }
    CELLWISE_ASSERT(false && "an algorithm without a name");
}

std::optional<Algorithm> parse_algorithm(std::string_view name) {
    for (const auto algorithm : kAlgorithms) {
        if (to_string(algorithm) == name) return algorithm;
    }
    return std::nullopt;
}

}  // namespace cellwise::crypto
