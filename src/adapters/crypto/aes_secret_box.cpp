// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/aes_secret_box.hpp"

#include "adapters/crypto/openssl_handles.hpp"

#include "cellwise/base/bytes.hpp"

#include <algorithm>

namespace cellwise::crypto {
namespace {

using CipherHandle = std::unique_ptr<EVP_CIPHER_CTX, OpenSslDeleter<EVP_CIPHER_CTX_free>>;

constexpr std::string_view kForm = "1:";
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kLongest = 4096;  // of a secret; they have some dozen bytes

Error unopened() {
    // Neither the text nor the owner: an error ends in a log.
    return invalid("secret.unreadable", {}, "it was sealed by another key or for another owner, or it was changed");
}

const unsigned char* raw(std::string_view text) { return as_bytes(text).data(); }

}  // namespace

Result<std::string> AesSecretBox::seal(std::string_view secret, std::string_view owner) {
    if (secret.size() > kLongest) return internal_error("crypto.failed", "a secret is too long to be sealed");
    Bytes out(kNonceBytes + secret.size() + kTagBytes);
    random_.fill(std::span(out).first(kNonceBytes));
    const CipherHandle cipher(EVP_CIPHER_CTX_new());
    auto* text = out.data() + kNonceBytes;
    auto* tag = text + secret.size();
    int length = 0;
    const bool sealed =
        cipher && EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), out.data()) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &length, raw(owner), static_cast<int>(owner.size())) == 1 &&
        EVP_EncryptUpdate(cipher.get(), text, &length, raw(secret), static_cast<int>(secret.size())) == 1 &&
        EVP_EncryptFinal_ex(cipher.get(), tag, &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes), tag) == 1;
    if (!sealed) return openssl_failure("a secret was not sealed");
    return std::string(kForm) + to_hex(out);
}

Result<std::string> AesSecretBox::open(std::string_view sealed, std::string_view owner) {
    Bytes in;
    if (!sealed.starts_with(kForm) || !from_hex(sealed.substr(kForm.size()), in)) return unopened();
    if (in.size() < kNonceBytes + kTagBytes || in.size() > kNonceBytes + kTagBytes + kLongest) return unopened();
    const auto size = in.size() - kNonceBytes - kTagBytes;
    std::string secret(size, '\0');
    auto* text = reinterpret_cast<unsigned char*>(secret.data());
    auto* tag = in.data() + kNonceBytes + size;
    const CipherHandle cipher(EVP_CIPHER_CTX_new());
    int length = 0;
    const bool opened =
        cipher && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), in.data()) == 1 &&
        EVP_DecryptUpdate(cipher.get(), nullptr, &length, raw(owner), static_cast<int>(owner.size())) == 1 &&
        EVP_DecryptUpdate(cipher.get(), text, &length, in.data() + kNonceBytes, static_cast<int>(size)) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes), tag) == 1 &&
        EVP_DecryptFinal_ex(cipher.get(), text + size, &length) == 1;
    if (!opened) return unopened();
    return secret;
}

}  // namespace cellwise::crypto
