// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/password_hashing.hpp"
#include "cellwise/ports/random.hpp"

#include <cstdint>

namespace cellwise::crypto {

/// scrypt (RFC 7914). What is stored is "scrypt$<N>$<r>$<p>$<salt>$<hash>", so that the cost can be raised without
/// making what is there useless.
class Scrypt final : public ports::PasswordHashing {
 public:
    struct Cost {
        std::uint64_t n = 1U << 15U;  ///< with r = 8: 32 MiB
        std::uint64_t r = 8;
        std::uint64_t p = 1;
    };

    explicit Scrypt(ports::Random& random) : Scrypt(random, Cost{}) {}
    Scrypt(ports::Random& random, Cost cost) : random_(random), cost_(cost) {}

    std::string hash(std::string_view password) override;
    bool matches(std::string_view password, std::string_view stored) override;

 private:
    ports::Random& random_;
    Cost cost_;
};

}  // namespace cellwise::crypto
