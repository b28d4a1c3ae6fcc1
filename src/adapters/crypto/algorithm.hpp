// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cellwise::crypto {

/// How packages may be signed. Each signs the SHA-256 of what is covered.
enum class Algorithm : std::uint8_t {
    EcdsaSecp256k1,  ///< signature in DER
    EcdsaP256,       ///< signature in DER
    Rsa2048Pkcs1,    ///< RSASSA-PKCS1-v1_5
    Rsa3072Pss,      ///< RSASSA-PSS, MGF1 with SHA-256, salt of 32 bytes
    Ed25519          ///< signs the 32-byte digest as its message, so that no package need lie in memory
};
inline constexpr std::array kAlgorithms{Algorithm::EcdsaSecp256k1, Algorithm::EcdsaP256, Algorithm::Rsa2048Pkcs1,
                                        Algorithm::Rsa3072Pss, Algorithm::Ed25519};

/// "ecdsa-secp256k1-sha256", "ecdsa-p256-sha256", "rsa2048-pkcs1-sha256", "rsa3072-pss-sha256", "ed25519"
std::string_view to_string(Algorithm algorithm);
std::optional<Algorithm> parse_algorithm(std::string_view name);

}  // namespace cellwise::crypto
