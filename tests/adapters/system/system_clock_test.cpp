// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/system_clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace cellwise::system {
namespace {

TEST(SystemClock, IsNoMoreThanATickBehindTheMachine) {
    constexpr Duration kLongestTick{10};  // of a kernel that ticks 100 times a second
    const auto before = std::chrono::floor<Duration>(std::chrono::system_clock::now()) - kLongestTick;
    const Timestamp told = SystemClock{}.now();
    const auto after = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    EXPECT_LE(before, told);
    EXPECT_LE(told, after);
}

TEST(SystemClock, GoesOn) {
    const SystemClock clock;
    const auto from = std::chrono::steady_clock::now();
    const Timestamp first = clock.now();
    while (clock.now() == first) ASSERT_LT(std::chrono::steady_clock::now() - from, std::chrono::seconds{10});
}

TEST(MonotonicClock, StartsAtZeroAndNeverGoesBack) {
    const MonotonicClock clock;
    Timestamp last{};
    for (int i = 0; i < 1000; ++i) {
        const Timestamp now = clock.now();
        ASSERT_GE(now, last);
        last = now;
    }
    EXPECT_LT(last, Timestamp{std::chrono::hours(1)});
}

}  // namespace
}  // namespace cellwise::system
