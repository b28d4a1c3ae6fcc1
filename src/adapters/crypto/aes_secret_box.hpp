// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/ports/random.hpp"
#include "cellwise/ports/secret_box.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace cellwise::crypto {

/// AES-256-GCM under a key that lies outside the database (ADR 16). A sealed text is "1:" and, in hex, the nonce of
/// 12 random bytes, the ciphertext and the tag of 16 bytes; the owner is authenticated with it.
class AesSecretBox final : public ports::SecretBox {
 public:
    static constexpr std::size_t kKeyBytes = 32;
    using Key = std::array<std::uint8_t, kKeyBytes>;

    AesSecretBox(const Key& key, ports::Random& random) : key_(key), random_(random) {}

    Result<std::string> seal(std::string_view secret, std::string_view owner) override;
    Result<std::string> open(std::string_view sealed, std::string_view owner) override;

 private:
    Key key_;
    ports::Random& random_;
};

}  // namespace cellwise::crypto
