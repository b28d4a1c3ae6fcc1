// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/timing.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

TEST(Timing, DividesWhatADeviceWaitsFor) {
    Timing timing;
    timing.listens_after_uplink = Duration{20'000};
    const auto scaled = timing.scaled(10);
    EXPECT_EQ(scaled.install, Duration{1'000});
    EXPECT_EQ(scaled.repeat, Duration{500});
    EXPECT_EQ(scaled.idle_limit, Duration{30'000});
    EXPECT_EQ(scaled.listens_after_uplink, Duration{2'000});
    EXPECT_EQ(scaled.repeats_in_burst, timing.repeats_in_burst);
}

TEST(Timing, RepeatsNeverTurnIntoAFlood) {
    const auto scaled = Timing{}.scaled(10'000);
    EXPECT_EQ(scaled.repeat, Duration{100});
    EXPECT_EQ(scaled.coap.ack_timeout, Duration{100});
    EXPECT_EQ(scaled.install, Duration{1});
}

TEST(Timing, KeepsWhatWasShorterThanTheBoundAnyway) {
    Timing timing;
    timing.repeat = Duration{20};
    EXPECT_EQ(timing.scaled(10).repeat, Duration{20});
}

}  // namespace
}  // namespace cellwise::sim
