// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/split_mix.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

TEST(SplitMix64, GivesTheNumbersOfTheReference) {
    SplitMix64 random(1'234'567);
    EXPECT_EQ(random.next(), 6'457'827'717'110'365'317ULL);
    EXPECT_EQ(random.next(), 3'203'168'211'198'807'973ULL);
    EXPECT_EQ(random.next(), 9'817'491'932'198'370'423ULL);
}

TEST(SplitMix64, GivesEachDeviceAndPurposeItsOwn) {
    const auto first = [](std::uint64_t seed, std::uint64_t device, std::uint64_t purpose) {
        return SplitMix64::of(seed, device, purpose).next();
    };
    EXPECT_EQ(first(1, 2, 3), first(1, 2, 3));
    EXPECT_NE(first(1, 2, 3), first(2, 2, 3));
    EXPECT_NE(first(1, 2, 3), first(1, 3, 3));
    EXPECT_NE(first(1, 2, 3), first(1, 2, 4));
}

TEST(SplitMix64, DrawsBothEndsAndNothingBeyond) {
    SplitMix64 random(3);
    bool least = false;
    bool most = false;
    for (int i = 0; i < 1'000; ++i) {
        const auto drawn = random.between(-3, 3);
        ASSERT_GE(drawn, -3);
        ASSERT_LE(drawn, 3);
        least = least || drawn == -3;
        most = most || drawn == 3;
    }
    EXPECT_TRUE(least && most);
}

}  // namespace
}  // namespace cellwise::sim
