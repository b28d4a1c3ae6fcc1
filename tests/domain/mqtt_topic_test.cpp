// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/mqtt_topic.hpp"

#include <gtest/gtest.h>

using namespace std::string_literals;

namespace cellwise::domain::mqtt {
namespace {

const std::string kHostileNames[] = {
    "", "+", "#", "a/b", "a+", "a#", "$SYS", "a\0b"s, "ä", "a b", std::string(10'240, 'a')};

TEST(MqttTopic, OfADeviceIsTakenApart) {
    EXPECT_EQ(parse_device_topic("$oc/devices/meter-7_a/sys/events/up"), (DeviceTopic{"meter-7_a", kEventsUp}));
    EXPECT_EQ(parse_device_topic("$oc/devices/x/"), (DeviceTopic{"x", ""}));
}

TEST(MqttTopic, OfAnythingElseIsNone) {
    for (const auto* topic : {"", "$oc", "$oc/devices", "$oc/devices/", "$oc/devices/x", "$oc/devices//sys/events/up",
                              "$OC/devices/x/sys/events/up", "oc/devices/x/sys/events/up", "$SYS/broker/uptime"}) {
        EXPECT_EQ(parse_device_topic(topic), std::nullopt) << topic;
    }
}

TEST(MqttTopic, IsNeverMadeOfANameThatIsNone) {
    EXPECT_EQ(device_topic("meter-7", kEventsDown), "$oc/devices/meter-7/sys/events/down");
    for (const auto& name : kHostileNames) {
        EXPECT_EQ(device_topic(name, kEventsDown), std::nullopt);
        const auto topic = "$oc/devices/" + name + "/sys/events/up";
        const auto parsed = parse_device_topic(topic);
        EXPECT_TRUE(!parsed || parsed->device != name);
    }
}

TEST(MqttRights, OfADeviceEndAtItsOwnName) {
    EXPECT_TRUE(may_publish("a", "$oc/devices/a/sys/events/up"));
    EXPECT_TRUE(may_publish("a", "$oc/devices/a/user/anything"));
    EXPECT_TRUE(may_receive("a", "$oc/devices/a/sys/events/down"));
    EXPECT_TRUE(may_receive("a", "$oc/devices/a/#"));
    EXPECT_TRUE(may_receive("a", "$oc/devices/a/sys/+/down"));
    for (const auto* other :
         {"$oc/devices/b/sys/events/up", "$oc/devices/ab/sys/events/up", "$oc/devices/+/sys/events/up",
          "$oc/devices/#", "$oc/#", "#", "+/devices/a/x", "$oc/devices/a", "$oc/devices/a/",
          "$share/g/$oc/devices/a/x", "$cellwise/presence/ask", "$SYS/#", ""}) {
        EXPECT_FALSE(may_publish("a", other)) << other;
        EXPECT_FALSE(may_receive("a", other)) << other;
    }
}

TEST(MqttRights, AreNoneForANameThatIsNone) {
    for (const auto& name : kHostileNames) {
        EXPECT_FALSE(may_publish(name, "$oc/devices/" + name + "/sys/events/up"));
        EXPECT_FALSE(may_receive(name, "$oc/devices/" + name + "/sys/events/down"));
    }
}

}  // namespace
}  // namespace cellwise::domain::mqtt
