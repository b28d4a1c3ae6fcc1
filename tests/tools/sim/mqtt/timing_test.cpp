// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/timing.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim::mqtt {
namespace {

TEST(MqttTiming, IsDividedButForTheBrokersAndNeverBecomesAFlood) {
    const auto fast = Timing{}.scaled(10'000);
    EXPECT_EQ(fast.install, Duration{1});
    EXPECT_EQ(fast.backoff_least, Duration{100});
    EXPECT_EQ(fast.uplink_interval, Duration{100});
    EXPECT_EQ(fast.keepalive_seconds, Timing{}.keepalive_seconds);
    EXPECT_EQ(Timing{}.scaled(0.5).install, Duration{20'000});
}

}  // namespace
}  // namespace cellwise::sim::mqtt
