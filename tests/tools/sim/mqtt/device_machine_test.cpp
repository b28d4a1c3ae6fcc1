// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/device_machine.hpp"

#include "tests/tools/sim/mqtt/a_device.hpp"
#include "tools/sim/mqtt/login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::sim::mqtt::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(MqttDevice, LogsInByTheSchemeAndDoesNotSubscribe) {
    World world(a_script());
    ASSERT_THAT(world.connections, SizeIs(1));
    EXPECT_EQ(world.connections[0].client_id, "meter_3_0_0_2024121800");
    EXPECT_EQ(world.connections[0].password, password("12345678", "2024121800"));
    EXPECT_FALSE(world.connections[0].subscribes);
    EXPECT_TRUE(World(a_script({Trait::Subscribes})).connections[0].subscribes);
}

TEST(MqttDevice, ReportsItsRadioWhenItConnectsAndNowAndThen) {
    World world(a_script());
    ASSERT_THAT(world.said, SizeIs(1));
    EXPECT_EQ(world.said[0].topic, "$oc/devices/meter_3/sys/properties/report");
    EXPECT_THAT(world.said[0].payload, HasSubstr("4242"));
    world.advance(std::chrono::minutes(3));
    EXPECT_GE(world.said.size(), 3U);
}

TEST(MqttDevice, TellsItsVersionUnaskedWhereItIsLikeThat) {
    World world(a_script({Trait::Unsolicited}));
    EXPECT_THAT(world.take("version_report"), SizeIs(1));
    EXPECT_THAT(World(a_script()).take("version_report"), IsEmpty());
}

TEST(MqttDevice, BacksOffWhileTheBrokerIsAway) {
    World world(a_script());
    world.is_broker_there = false;
    world.lose_connection();
    EXPECT_EQ(world.device().counters().losses, 1U);
    world.advance(std::chrono::minutes(10));
    EXPECT_GT(world.connections.size(), 8U);
    EXPECT_LT(world.connections.size(), 40U);
    world.is_broker_there = true;
    world.advance(std::chrono::minutes(2));
    EXPECT_EQ(world.device().counters().connections, 2U);
}

TEST(MqttDevice, ComesBackUnderAnotherClientIdWithItsResultAsTheFirstPacket) {
    World world(a_script({Trait::Reboots}));
    world.notify();
    world.serve();
    EXPECT_EQ(world.drops, 1);
    EXPECT_FALSE(world.device().is_connected());
    world.said.clear();
    world.advance(std::chrono::seconds(20));
    ASSERT_THAT(world.connections, SizeIs(2));
    EXPECT_NE(world.connections[1].client_id, world.connections[0].client_id);
    ASSERT_FALSE(world.said.empty());
    EXPECT_TRUE(world.said[0].is_result);
    EXPECT_THAT(world.said[0].payload, HasSubstr("upgrade_progress_report"));
}

TEST(MqttDevice, SaysItsResultAgainUntilTheBrokerHasConfirmedIt) {
    World world(a_script());
    world.notify();
    world.serve();
    world.advance(std::chrono::seconds(20));
    EXPECT_THAT(world.take("upgrade_progress_report"), SizeIs(1));
    world.lose_connection();
    world.advance(std::chrono::seconds(5));
    EXPECT_THAT(world.take("upgrade_progress_report"), SizeIs(1));
    EXPECT_FALSE(world.device().is_settled());
    world.confirm();
    EXPECT_TRUE(world.device().is_settled());
    world.lose_connection();
    world.advance(std::chrono::seconds(5));
    EXPECT_THAT(world.take("upgrade_progress_report"), IsEmpty());
}

TEST(MqttDevice, GoesOnWithItsDownloadWithoutTheBroker) {
    World world(a_script());
    world.notify();
    world.is_broker_there = false;
    world.lose_connection();
    EXPECT_TRUE(world.fetch);
    EXPECT_TRUE(world.device().is_upgrading());
}

TEST(MqttDevice, CountsWhatIsNotForItsEyes) {
    World world(a_script());
    world.device().on_message(events_down_topic("meter_4"), down("version_query", nullptr), Timestamp{});
    world.hear("no envelope");
    EXPECT_EQ(world.record().strays, 2U);
    EXPECT_EQ(world.record().queries, 0U);
}

}  // namespace
}  // namespace cellwise::sim::mqtt::test
