// SPDX-License-Identifier: Apache-2.0
#include "app/mqtt_presence.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

const DeviceId kOne = *DeviceId::parse("00000000-0000-4000-8000-000000000001");
const DeviceId kTwo = *DeviceId::parse("00000000-0000-4000-8000-000000000002");
constexpr Timestamp kNow = from_unix_ms(1'700'000'000'000);

TEST(MqttPresence, KeepsADeviceOnlineUntilAMinuteAfterItsConnection) {
    MqttPresence presence;
    EXPECT_FALSE(presence.is_online(kOne, kNow));
    presence.began(kOne);
    EXPECT_TRUE(presence.is_online(kOne, kNow + 24h)) << "however long it says nothing";
    presence.ended(kOne, kNow + 24h);
    EXPECT_TRUE(presence.is_online(kOne, kNow + 24h + 59s));
    EXPECT_FALSE(presence.is_online(kOne, kNow + 24h + 60s));
}

TEST(MqttPresence, CountsTheMinuteFromTheFirstEndThatIsTold) {
    MqttPresence presence;
    presence.began(kOne);
    presence.ended(kOne, kNow);
    presence.ended_all(kNow + 30s);
    presence.ended(kOne, kNow + 50s);
    EXPECT_FALSE(presence.is_online(kOne, kNow + 60s));
}

TEST(MqttPresence, GivesEverybodyAMinuteToComeBackWhenTheLinkIsLost) {
    MqttPresence presence;
    presence.began(kOne);
    presence.began(kTwo);
    presence.ended_all(kNow);
    presence.began(kTwo);
    presence.tick(kNow + 60s);
    EXPECT_FALSE(presence.is_online(kOne, kNow + 60s));
    EXPECT_TRUE(presence.is_online(kTwo, kNow + 60s));
}

TEST(MqttPresence, LetsGoOfThoseWhoAreGoneOnly) {
    MqttPresence presence;
    presence.began(kOne);
    presence.ended(kOne, kNow);
    presence.tick(kNow + 59s);
    EXPECT_TRUE(presence.is_online(kOne, kNow + 59s));
    presence.began(kTwo);
    presence.ended(kTwo, kNow + 59s);
    presence.tick(kNow + 60s);
    EXPECT_TRUE(presence.is_online(kTwo, kNow + 60s));
    presence.forget(kTwo);
    EXPECT_FALSE(presence.is_online(kTwo, kNow + 60s)) << "there is no such device any more";
}

}  // namespace
}  // namespace cellwise::app
