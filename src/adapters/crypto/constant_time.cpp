// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/constant_time.hpp"

#include <openssl/crypto.h>

namespace cellwise::crypto {

bool constant_time_equal(ByteView a, ByteView b) {
    if (a.size() != b.size()) return false;
    return a.empty() || CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace cellwise::crypto
