// SPDX-License-Identifier: Apache-2.0
#include "app/device_status.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using std::chrono::hours;
constexpr Timestamp kNow = from_unix_ms(1'700'000'000'000);

TEST(DeviceStatus, IsInactiveUntilHeard) { EXPECT_EQ(status_of(std::nullopt, kNow), DeviceStatus::Inactive); }

TEST(DeviceStatus, IsOnlineFor25Hours) {
    EXPECT_EQ(status_of(kNow - hours(25), kNow), DeviceStatus::Online);
    EXPECT_EQ(status_of(kNow - hours(25) - Duration(1), kNow), DeviceStatus::Offline);
}

TEST(LastHeard, IsTheLaterOfDeviceAndRegistration) {
    const domain::Device silent{};
    const domain::Device seen{.last_seen_at = kNow};
    EXPECT_EQ(last_heard(silent, std::nullopt), std::nullopt);
    EXPECT_EQ(last_heard(seen, std::nullopt), kNow);
    EXPECT_EQ(last_heard(silent, domain::Registration{.last_heard_at = kNow}), kNow);
    EXPECT_EQ(last_heard(seen, domain::Registration{.last_heard_at = kNow - hours(1)}), kNow);
    EXPECT_EQ(last_heard(seen, domain::Registration{.last_heard_at = kNow + hours(1)}), kNow + hours(1));
}

}  // namespace
}  // namespace cellwise::app
