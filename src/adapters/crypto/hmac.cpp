// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/hmac.hpp"

#include "adapters/crypto/constant_time.hpp"

#include "cellwise/base/assert.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace cellwise::crypto {

ports::Sha256Digest OpenSslAuthentication::hmac_sha256(ByteView key, ByteView message) {
    ports::Sha256Digest digest{};
    unsigned size = digest.size();
    // No null key: OpenSSL takes that for "the one of before".
    const void* bytes = key.empty() ? static_cast<const void*>("") : key.data();
    const auto* made =
        HMAC(EVP_sha256(), bytes, static_cast<int>(key.size()), message.data(), message.size(), digest.data(), &size);
    CELLWISE_ASSERT(made != nullptr && size == digest.size());
    return digest;
}

bool OpenSslAuthentication::equal(ByteView a, ByteView b) { return constant_time_equal(a, b); }

}  // namespace cellwise::crypto
