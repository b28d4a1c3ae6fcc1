// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/openssl_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace cellwise::crypto {
namespace {

TEST(OpenSslRandom, NeverGivesTheSameTwice) {
    OpenSslRandom random;
    std::array<std::uint8_t, 32> first{};
    std::array<std::uint8_t, 32> second{};
    random.fill(first);
    random.fill(second);
    EXPECT_NE(first, second);
    EXPECT_FALSE(std::ranges::all_of(first, [](auto byte) { return byte == 0; }));
}

TEST(OpenSslRandom, FillsNothingWithNothing) {
    OpenSslRandom random;
    random.fill({});
}

}  // namespace
}  // namespace cellwise::crypto
