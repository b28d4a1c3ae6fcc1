// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/key_algorithm.hpp"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <array>

namespace cellwise::crypto {
namespace {

std::string text_parameter(const EVP_PKEY& key, const char* name) {
    std::array<char, 80> text{};
    if (EVP_PKEY_get_utf8_string_param(&key, name, text.data(), text.size(), nullptr) != 1) return {};
    return text.data();
}

std::optional<Algorithm> algorithm_of_rsa(const EVP_PKEY& key) {
    BIGNUM* exponent = nullptr;
    if (EVP_PKEY_get_bn_param(&key, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) return std::nullopt;
    const bool usual = BN_is_word(exponent, RSA_F4) == 1;  // small exponents forgive sloppy padding checks
    BN_free(exponent);
    if (!usual) return std::nullopt;
    switch (EVP_PKEY_get_bits(&key)) {
        case 2048:
            return Algorithm::Rsa2048Pkcs1;
        case 3072:
            return Algorithm::Rsa3072Pss;
        default:
            return std::nullopt;
    }
}

std::optional<Algorithm> algorithm_of_curve(const EVP_PKEY& key) {
    // A curve spelt out instead of named, or a compressed point, would give one key two fingerprints: a revoked key
    // could come back by the other.
    int spelt_out = 0;
    EVP_PKEY_get_int_param(&key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelt_out);
    if (spelt_out != 0) return std::nullopt;
    if (text_parameter(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT) != "uncompressed") return std::nullopt;
    const auto group = text_parameter(key, OSSL_PKEY_PARAM_GROUP_NAME);
    if (group == "secp256k1") return Algorithm::EcdsaSecp256k1;
    if (group == "prime256v1") return Algorithm::EcdsaP256;
    return std::nullopt;
}

std::optional<Algorithm> find_algorithm(const EVP_PKEY& key) {
    if (EVP_PKEY_is_a(&key, "RSA") == 1) return algorithm_of_rsa(key);
    if (EVP_PKEY_is_a(&key, "EC") == 1) return algorithm_of_curve(key);
    if (EVP_PKEY_is_a(&key, "ED25519") == 1) return Algorithm::Ed25519;
    return std::nullopt;
}

}  // namespace

Result<Algorithm> algorithm_of(const EVP_PKEY& key, std::string_view whose) {
    if (const auto algorithm = find_algorithm(key)) return *algorithm;
    const char* type = EVP_PKEY_get0_type_name(&key);
    auto value =
        std::string(type != nullptr ? type : "unknown") + ", " + std::to_string(EVP_PKEY_get_bits(&key)) + " bits";
    if (const auto group = text_parameter(key, OSSL_PKEY_PARAM_GROUP_NAME); !group.empty()) value += ", " + group;
    return Error{
        ErrorKind::InvalidInput, std::string(whose) + ".unsupported",
        "the key must be EC on secp256k1 or P-256 (named curve, uncompressed point), RSA of 2048 or 3072 bits "
        "with the exponent 65537, or Ed25519",
        "pem", std::move(value)};
}

bool prepare_for_digest(EVP_PKEY_CTX& context, Algorithm algorithm) {
    const bool padded =
        algorithm == Algorithm::Rsa2048Pkcs1 ? EVP_PKEY_CTX_set_rsa_padding(&context, RSA_PKCS1_PADDING) == 1
        : algorithm == Algorithm::Rsa3072Pss ? EVP_PKEY_CTX_set_rsa_padding(&context, RSA_PKCS1_PSS_PADDING) == 1
                                             : true;
    if (!padded || EVP_PKEY_CTX_set_signature_md(&context, EVP_sha256()) != 1) return false;
    if (algorithm != Algorithm::Rsa3072Pss) return true;
    return EVP_PKEY_CTX_set_rsa_mgf1_md(&context, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(&context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace cellwise::crypto
