// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/private_key.hpp"

#include "adapters/crypto/key_algorithm.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>

#include <algorithm>

namespace cellwise::crypto {
namespace {

constexpr std::string_view kEncryptedHeader = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
constexpr std::string_view kPlainHeader = "-----BEGIN PRIVATE KEY-----";

EVP_PKEY* generate_raw(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::EcdsaSecp256k1:
            return EVP_EC_gen("secp256k1");
        case Algorithm::EcdsaP256:
            return EVP_EC_gen("prime256v1");
        case Algorithm::Rsa2048Pkcs1:
            return EVP_RSA_gen(2048);
        case Algorithm::Rsa3072Pss:
            return EVP_RSA_gen(3072);
        case Algorithm::Ed25519:
            return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    }
    return nullptr;
}

/// Gives OpenSSL the passphrase; without one it must not ask at the terminal, which is its default.
int give_passphrase(char* buffer, int size, int, void* user) {
    const auto& passphrase = *static_cast<const std::optional<std::string>*>(user);
    if (!passphrase || passphrase->size() > static_cast<std::size_t>(size)) return -1;
    std::copy(passphrase->begin(), passphrase->end(), buffer);
    return static_cast<int>(passphrase->size());
}

Error malformed_private_key(std::string rule) {
    ERR_clear_error();
    return invalid("private_key.malformed", {}, std::move(rule));
}

bool write_encrypted(BIO& out, EVP_PKEY& key, const std::string& passphrase) {
    const Pkcs8Handle plain(EVP_PKEY2PKCS8(&key));
    if (!plain) return false;
    // -1: PBES2 with the cipher as given; OpenSSL then takes PBKDF2 with HMAC-SHA-256 and a random salt.
    const EncryptedPkcs8Handle encrypted(PKCS8_encrypt(-1, EVP_aes_256_cbc(), passphrase.data(),
                                                       static_cast<int>(passphrase.size()), nullptr, 0,
                                                       PrivateKey::kPbkdf2Rounds, plain.get()));
    return encrypted && PEM_write_bio_PKCS8(&out, encrypted.get()) == 1;
}

}  // namespace

Result<PrivateKey> PrivateKey::generate(Algorithm algorithm) {
    std::shared_ptr<evp_pkey_st> key(KeyHandle(generate_raw(algorithm)));
    if (!key) return openssl_failure("making a key");
    return PrivateKey(std::move(key), algorithm);
}

bool PrivateKey::is_encrypted(std::string_view pem) { return pem.find(kEncryptedHeader) != std::string_view::npos; }

Result<PrivateKey> PrivateKey::parse_pem(std::string_view pem, const std::optional<std::string>& passphrase) {
    const bool encrypted = is_encrypted(pem);
    if (!encrypted && pem.find(kPlainHeader) == std::string_view::npos) {
        return malformed_private_key(
            "a private key must be PEM in PKCS#8 (BEGIN PRIVATE KEY or BEGIN ENCRYPTED PRIVATE KEY)");
    }
    if (encrypted && !passphrase) {
        return invalid("private_key.passphrase.missing", {},
                       "the private key is encrypted: its passphrase is needed");
    }
    const BioHandle in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!in) return openssl_failure("BIO_new_mem_buf");
    auto user = passphrase;
    std::shared_ptr<evp_pkey_st> key(KeyHandle(PEM_read_bio_PrivateKey(in.get(), nullptr, &give_passphrase, &user)));
    if (!key && encrypted) {
        ERR_clear_error();
        return invalid("private_key.passphrase.wrong", {}, "the passphrase does not open the private key");
    }
    if (!key) return malformed_private_key("the PEM block holds no private key");
    const auto algorithm = algorithm_of(*key, "private_key");
    if (!algorithm) return algorithm.error();
    return PrivateKey(std::move(key), *algorithm);
}

Result<std::string> PrivateKey::pem(const std::optional<std::string>& passphrase) const {
    const BioHandle out(BIO_new(BIO_s_mem()));
    if (!out) return openssl_failure("BIO_new");
    const bool written =
        passphrase ? write_encrypted(*out, *key_, *passphrase)
                   : PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
    if (!written) return openssl_failure("writing the private key");
    return contents_of(*out);
}

Result<std::string> PrivateKey::public_pem() const {
    const BioHandle out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_PUBKEY(out.get(), key_.get()) != 1) return openssl_failure("writing the public key");
    return contents_of(*out);
}

Result<Bytes> PrivateKey::sign(const Digest& digest) const {
    Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
    auto size = signature.size();
    bool signed_ok = false;
    if (algorithm_ == Algorithm::Ed25519) {
        const DigestHandle context(EVP_MD_CTX_new());
        signed_ok = context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
                    EVP_DigestSign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1;
    } else {
        const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
        signed_ok = context && EVP_PKEY_sign_init(context.get()) == 1 && prepare_for_digest(*context, algorithm_) &&
                    EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) == 1;
    }
    if (!signed_ok) return openssl_failure("signing");
    signature.resize(size);
    return signature;
}

}  // namespace cellwise::crypto
