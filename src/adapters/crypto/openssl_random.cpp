// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/openssl_random.hpp"

#include "cellwise/base/assert.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <limits>

namespace cellwise::crypto {

void OpenSslRandom::fill(std::span<std::uint8_t> out) {
    constexpr std::size_t kMost = std::numeric_limits<int>::max();
    while (!out.empty()) {
        const auto now = std::min(out.size(), kMost);
        // Without randomness every secret would be guessable: better no daemon than that.
        CELLWISE_ASSERT(RAND_bytes(out.data(), static_cast<int>(now)) == 1);
        out = out.subspan(now);
    }
}

}  // namespace cellwise::crypto
