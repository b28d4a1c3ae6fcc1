// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/random.hpp"

#include <random>

namespace cellwise::fakes {

/// The same bytes in every run, and never twice the same within one.
class SeededRandom final : public ports::Random {
 public:
    explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}
    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
    }

 private:
    std::mt19937_64 engine_;
};

}  // namespace cellwise::fakes
