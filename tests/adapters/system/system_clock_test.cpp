// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/system_clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace cellwise::system {
namespace {

TEST(SystemClock, AgreesWithTheMachine) {
    const auto before = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    const Timestamp told = SystemClock{}.now();
    const auto after = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    EXPECT_LE(before, told);
    EXPECT_LE(told, after);
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
