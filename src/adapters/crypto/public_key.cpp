// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/public_key.hpp"

#include "adapters/crypto/key_algorithm.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <span>

namespace cellwise::crypto {
namespace {

/// RSA with 3072 bits takes 625 bytes; nobody's key is this long.
constexpr std::size_t kMaxPemSize = 8192;

Error malformed_public_key(std::string rule) {
    ERR_clear_error();
    return invalid("public_key.malformed", "pem", std::move(rule));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

struct PemBlock {
    std::string name;
    Bytes der;
};

std::optional<PemBlock> read_block(BIO& in) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(&in, &name, &header, &data, &size) != 1) return std::nullopt;
    PemBlock block{.name = name, .der = Bytes(data, data + size)};
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    return block;
}

/// The DER of the one block in `pem`.
Result<Bytes> decode_pem(std::string_view pem) {
    if (pem.size() > kMaxPemSize) {
        return malformed_public_key("a PEM public key has at most " + std::to_string(kMaxPemSize) + " bytes");
    }
    const auto begin = pem.find("-----BEGIN ");
    if (begin == std::string_view::npos || !is_blank(pem.substr(0, begin))) {
        return malformed_public_key("must be a PEM block that begins with -----BEGIN PUBLIC KEY-----");
    }
    const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!in) return openssl_failure("BIO_new_mem_buf");
    auto block = read_block(*in);
    if (!block) return malformed_public_key("must be one whole PEM block");
    if (block->name.find("PRIVATE") != std::string::npos) {
        return malformed_public_key(
            "this is a private key: keep it secret, and upload the public key that belongs to it");
    }
    if (block->name != "PUBLIC KEY") {
        return malformed_public_key("must be a block PUBLIC KEY (SubjectPublicKeyInfo), not " +
                                    printable(block->name));
    }
    char* rest = nullptr;
    const auto length = BIO_get_mem_data(in.get(), &rest);
    if (!is_blank({rest, static_cast<std::size_t>(length)}))
        return malformed_public_key("nothing may follow the PEM block");
    return std::move(block->der);
}

Result<Bytes> encode_der(EVP_PKEY& key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(&key, &der);
    if (size <= 0) return openssl_failure("i2d_PUBKEY");
    Bytes bytes(der, der + size);
    OPENSSL_free(der);
    return bytes;
}

/// Points of Edwards25519 whose order divides 8, by their y: a "signature" by such a key fits any message. OpenSSL's
/// check takes them, and those whose y is not reduced, which would give one key two fingerprints.
bool is_degenerate_point(std::span<const std::uint8_t, 32> point) {
    constexpr std::string_view kOfSmallOrder[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                                                  "0100000000000000000000000000000000000000000000000000000000000000",
                                                  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                                                  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                                                  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    Bytes y(point.begin(), point.end());
    y.back() &= 0x7F;  // the rest of it is the sign of x
    const bool reduced = y.front() < 0xED || y.back() != 0x7F ||
                         !std::all_of(y.begin() + 1, y.end() - 1, [](auto b) { return b == 0xFF; });
    return !reduced || std::ranges::find(kOfSmallOrder, to_hex(y)) != std::end(kOfSmallOrder);
}

bool is_sound(EVP_PKEY& key, Algorithm algorithm) {
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, &key, nullptr));
    if (!context || EVP_PKEY_public_check(context.get()) != 1) return false;
    if (algorithm != Algorithm::Ed25519) return true;
    std::array<std::uint8_t, 32> point{};
    auto size = point.size();
    return EVP_PKEY_get_raw_public_key(&key, point.data(), &size) == 1 && !is_degenerate_point(point);
}

}  // namespace

Result<PublicKey> PublicKey::parse_pem(std::string_view pem) {
    const auto der = decode_pem(pem);
    if (!der) return der.error();
    const unsigned char* at = der->data();
    KeyHandle key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
    if (!key) return malformed_public_key("the block must hold a SubjectPublicKeyInfo of a kind that OpenSSL knows");
    const auto algorithm = algorithm_of(*key, "public_key");
    if (!algorithm) return algorithm.error();
    const auto canonical = encode_der(*key);
    if (!canonical) return canonical.error();
    if (*canonical != *der)
        return malformed_public_key("the SubjectPublicKeyInfo must be DER, with nothing after it");
    if (!is_sound(*key, *algorithm)) return malformed_public_key("the key's numbers do not make a public key");
    return PublicKey(std::shared_ptr<evp_pkey_st>(std::move(key)), *algorithm, sha256_hex(*der));
}

std::string PublicKey::pem() const {
    const BioHandle out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_PUBKEY(out.get(), key_.get()) != 1) return {};
    char* text = nullptr;
    const auto length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

bool PublicKey::verifies(const Digest& digest, ByteView signature) const {
    bool valid = false;
    if (algorithm_ == Algorithm::Ed25519) {
        const DigestHandle context(EVP_MD_CTX_new());
        valid =
            context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
            EVP_DigestVerify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1;
    } else {
        const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
        valid = context && EVP_PKEY_verify_init(context.get()) == 1 && prepare_for_digest(*context, algorithm_) &&
                EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1;
    }
    ERR_clear_error();
    return valid;
}

}  // namespace cellwise::crypto
