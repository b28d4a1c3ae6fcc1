// SPDX-License-Identifier: Apache-2.0
#include "app/device_status.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;
constexpr Timestamp kNow = from_unix_ms(1'700'000'000'000);
const domain::Product kTracker{.protocol = domain::Protocol::Mqtt};

domain::Device seen(std::optional<Timestamp> at) {
    return {.id = *DeviceId::parse("00000000-0000-4000-8000-000000000001"), .last_seen_at = at};
}

TEST(DeviceStatus, IsInactiveUntilHeard) {
    EXPECT_EQ(status_of(seen({}), {}, {}, kNow), DeviceStatus::Inactive);
    EXPECT_EQ(status_of(seen({}), kTracker, {}, kNow), DeviceStatus::Inactive);
}

TEST(DeviceStatus, IsOnlineFor25Hours) {
    EXPECT_EQ(status_of(seen(kNow - hours(25)), {}, {}, kNow), DeviceStatus::Online);
    EXPECT_EQ(status_of(seen(kNow - hours(25) - Duration(1)), {}, {}, kNow), DeviceStatus::Offline);
}

TEST(DeviceStatus, OfAMqttDeviceGoesByItsConnection) {
    MqttPresence presence;
    const auto device = seen(kNow - hours(3));
    EXPECT_EQ(status_of(device, kTracker, {}, {kNow, &presence}), DeviceStatus::Offline) << "25 hours are for others";
    presence.began(device.id);
    EXPECT_EQ(status_of(device, kTracker, {}, {kNow, &presence}), DeviceStatus::Online);
    EXPECT_EQ(status_of(seen({}), {}, {}, {kNow, &presence}), DeviceStatus::Online) << "whatever is stored of it";
    presence.ended(device.id, kNow);
    EXPECT_EQ(status_of(device, kTracker, {}, {kNow + 59s, &presence}), DeviceStatus::Online);
    EXPECT_EQ(status_of(device, kTracker, {}, {kNow + 60s, &presence}), DeviceStatus::Offline);
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
