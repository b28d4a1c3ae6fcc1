// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/sha256.hpp"

#include "adapters/crypto/openssl_handles.hpp"

#include "cellwise/base/assert.hpp"

namespace cellwise::crypto {

namespace {

/// Fetched once: OpenSSL 3 looks for it anew behind every EVP_sha256().
const EVP_MD* algorithm() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

}  // namespace

// These calls fail only when memory is out or the library is not whole: nothing a caller could mend.
Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    CELLWISE_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), algorithm(), nullptr) == 1);
}
Sha256::Sha256(const Sha256& other) : context_(EVP_MD_CTX_new()) {
    CELLWISE_ASSERT(context_ && EVP_MD_CTX_copy_ex(context_.get(), other.context_.get()) == 1);
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

void Sha256::update(ByteView bytes) {
    CELLWISE_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

Digest Sha256::finish() {
    Digest digest{};
    CELLWISE_ASSERT(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    return digest;
}

Digest sha256(ByteView bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

std::string sha256_hex(ByteView bytes) { return to_hex(sha256(bytes)); }

}  // namespace cellwise::crypto
