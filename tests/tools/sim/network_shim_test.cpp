// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/network_shim.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cellwise::sim {
namespace {

constexpr Timestamp kStart{Duration{1'000}};
constexpr Duration kLongAfter{100'000};

Bytes numbered(std::uint16_t n) { return {static_cast<std::uint8_t>(n >> 8U), static_cast<std::uint8_t>(n)}; }

/// 10,000 datagrams, 1 ms apart, in order of arrival.
std::vector<Bytes> arrivals(NetworkShim& shim) {
    std::vector<Bytes> arrived;
    for (std::uint16_t n = 0; n < 10'000; ++n) {
        const auto now = kStart + Duration{n};
        shim.offer(numbered(n), now);
        for (auto& datagram : shim.take_due(now)) arrived.push_back(std::move(datagram));
    }
    for (auto& datagram : shim.take_due(kStart + kLongAfter)) arrived.push_back(std::move(datagram));
    return arrived;
}

TEST(NetworkShim, DeliversAtOnceAndInOrderWhenTheNetworkIsPerfect) {
    NetworkShim shim({}, SplitMix64(1));
    shim.offer({1}, kStart);
    shim.offer({2}, kStart);
    EXPECT_EQ(shim.take_due(kStart), (std::vector<Bytes>{{1}, {2}}));
    EXPECT_EQ(shim.deadline(), std::nullopt);
}

TEST(NetworkShim, LosesTheShareThatWasAskedFor) {
    NetworkShim shim({.loss = 0.2}, SplitMix64(1));
    const auto arrived = arrivals(shim);
    EXPECT_NEAR(static_cast<double>(arrived.size()), 8'000, 160);
    EXPECT_EQ(shim.lost(), 10'000 - arrived.size());
}

TEST(NetworkShim, DuplicatesTheShareThatWasAskedFor) {
    NetworkShim shim({.duplicate = 0.1}, SplitMix64(1));
    EXPECT_NEAR(static_cast<double>(arrivals(shim).size()), 11'000, 120);
}

TEST(NetworkShim, LetsTheShareThatWasAskedForBeOvertaken) {
    NetworkShim shim({.reorder = 0.1}, SplitMix64(1));
    const auto arrived = arrivals(shim);
    ASSERT_EQ(arrived.size(), 10'000U);
    std::size_t overtaken = 0;
    auto highest = arrived.front();
    for (const auto& datagram : arrived) {
        if (datagram < highest) ++overtaken;
        highest = std::max(highest, datagram);
    }
    EXPECT_NEAR(static_cast<double>(overtaken), 1'000, 120);
    EXPECT_NEAR(static_cast<double>(shim.held_back()), 1'000, 120);
}

TEST(NetworkShim, KeepsTheOrderWhateverTheDelays) {
    NetworkShim shim({.delay_least = Duration{10}, .delay_most = Duration{500}}, SplitMix64(1));
    const auto arrived = arrivals(shim);
    ASSERT_EQ(arrived.size(), 10'000U);
    EXPECT_TRUE(std::is_sorted(arrived.begin(), arrived.end()));
}

TEST(NetworkShim, DelaysWithinTheBounds) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        NetworkShim shim({.delay_least = Duration{10}, .delay_most = Duration{20}}, SplitMix64(seed));
        shim.offer({1}, kStart);
        ASSERT_TRUE(shim.deadline());
        EXPECT_GE(*shim.deadline(), kStart + Duration{10});
        EXPECT_LE(*shim.deadline(), kStart + Duration{20});
    }
}

TEST(NetworkShim, DecidesTheSameForTheSameSeed) {
    const NetworkQuality bad{.loss = 0.3, .duplicate = 0.2, .reorder = 0.2, .delay_most = Duration{50}};
    NetworkShim a(bad, SplitMix64(9));
    NetworkShim b(bad, SplitMix64(9));
    NetworkShim c(bad, SplitMix64(10));
    const auto arrived = arrivals(a);
    EXPECT_EQ(arrived, arrivals(b));
    EXPECT_NE(arrived, arrivals(c));
}

TEST(NetworkShim, DecidesTheLossOfEachDatagramAlikeWhateverElseIsAskedFor) {
    NetworkShim only_loss({.loss = 0.3}, SplitMix64(9));
    NetworkShim all({.loss = 0.3, .duplicate = 0.5, .reorder = 0.5, .delay_most = Duration{50}}, SplitMix64(9));
    arrivals(only_loss);
    arrivals(all);
    EXPECT_EQ(only_loss.lost(), all.lost());
}

}  // namespace
}  // namespace cellwise::sim
