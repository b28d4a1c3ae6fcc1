// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/random.hpp"

namespace cellwise::crypto {

/// OpenSSL's generator, seeded by the kernel.
class OpenSslRandom final : public ports::Random {
 public:
    void fill(std::span<std::uint8_t> out) override;
};

}  // namespace cellwise::crypto
