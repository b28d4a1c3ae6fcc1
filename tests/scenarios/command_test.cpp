// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// Commands and upgrades share their devices: a command that is on its way is let finish, and one that comes during
/// an upgrade waits for its end.
namespace cellwise::scenarios {
namespace {

using namespace std::chrono_literals;
using domain::CommandState;
using domain::JobState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string text_of(int mid, int number) {
    return "{\"mid\":" + std::to_string(mid) + R"(,"serviceId":"Meter","method":"SET","paras":{"n":)" +
           std::to_string(number) + "}}";
}

class Commands : public ::testing::Test {
 protected:
    World world;

    void SetUp() override { world.start_process(); }
    const std::vector<std::string>& heard(const DeviceId& device) { return world.field.record(device).commands; }
    CommandState state(const CommandId& id) { return world.command(id).state; }
};

void sleeps(DeviceNature& nature) {
    nature.sleeps = true;
    nature.heartbeat = 10min;
}

TEST_F(Commands, ReachADeviceThatListensAtOnce) {
    const auto device = world.add_device(kGood);
    const auto command = world.create_command(device);
    EXPECT_EQ(state(command), CommandState::Sent) << "what is on its way is durable first";
    world.run_for(4s);
    EXPECT_EQ(state(command), CommandState::Delivered);
    EXPECT_THAT(heard(device), ElementsAre(text_of(1, 1)));
}

TEST_F(Commands, WaitForASleepingDeviceToBeHeard) {
    const auto device = world.add_device(kGood, sleeps);
    world.run_for(1min);
    const auto command = world.create_command(device);
    world.run_for(4min);
    EXPECT_EQ(state(command), CommandState::Pending);
    world.run_for(6min);
    EXPECT_EQ(state(command), CommandState::Delivered);
    EXPECT_THAT(heard(device), SizeIs(1));
    EXPECT_EQ(world.field.record(device).downlinks_asleep, 0);
}

TEST_F(Commands, GoInOrderOneAfterTheOther) {
    const auto device = world.add_device(kGood, sleeps);
    world.run_for(1min);
    std::vector<CommandId> commands;
    for (int n = 1; n <= 5; ++n) commands.push_back(world.create_command(device, n));
    int most = 0;
    world.watch = [&] {
        int on_their_way = 0;
        for (const auto& command : commands) on_their_way += state(command) == CommandState::Sent ? 1 : 0;
        most = std::max(most, on_their_way);
    };
    world.run_for(11min);
    world.watch = [] {};
    EXPECT_EQ(most, 1);
    EXPECT_THAT(heard(device),
                ElementsAre(text_of(1, 1), text_of(2, 2), text_of(3, 3), text_of(4, 4), text_of(5, 5)));
    for (const auto& command : commands) EXPECT_EQ(state(command), CommandState::Delivered);
}

TEST_F(Commands, ExpireWhenTheirDeviceStaysAway) {
    const auto device = world.add_device(kGood, [](auto& nature) {
        nature.sleeps = true;
        nature.heartbeat = 3h;
    });
    world.run_for(1min);
    const auto wanted = app::NewCommand{.app = world.app(),
                                        .device = device,
                                        .content = {.service_id = "Meter", .method = "SET", .paras = "{}"},
                                        .expire_time = 10min};
    const auto command = world.try_create_command(wanted)->id;
    world.run_for(9min);
    EXPECT_EQ(state(command), CommandState::Pending);
    world.run_for(2min);
    EXPECT_EQ(state(command), CommandState::Expired);
    world.run_for(4h);
    EXPECT_THAT(heard(device), IsEmpty());
}

TEST_F(Commands, ForAtOnceAreSentAtOnceOrNotAtAll) {
    const auto asleep = world.add_device(kGood, sleeps);
    world.run_for(1min);
    auto wanted = app::NewCommand{.app = world.app(),
                                  .device = asleep,
                                  .content = {.service_id = "Meter", .method = "SET", .paras = "{}"},
                                  .expire_time = 0s};
    const auto late = world.try_create_command(wanted)->id;
    wanted.device = world.add_device(kGood);
    EXPECT_EQ(world.try_create_command(wanted)->state, CommandState::Sent) << "as its answer says, too";
    world.run_for(3s);
    EXPECT_EQ(state(late), CommandState::Expired);
}

TEST_F(Commands, TimeOutWhenNobodyConfirmsAndAreNotSentTwice) {
    const auto device = world.add_device(kGood);
    world.field.set_radio({.loss = 1});
    const auto command = world.create_command(device);
    world.run_for(5min);
    EXPECT_EQ(state(command), CommandState::Timeout);
    world.field.set_radio({});
    world.run_for(5min);
    EXPECT_THAT(heard(device), IsEmpty());
}

TEST_F(Commands, AreSentAgainAsOftenAsAllowed) {
    const auto device = world.add_device(kGood);
    world.field.set_radio({.loss = 1});
    const auto command = world.create_command(device, 1, 3);
    world.run_for(5s);
    EXPECT_EQ(state(command), CommandState::Pending);
    world.field.set_radio({});
    world.run_for(2min);
    EXPECT_EQ(state(command), CommandState::Delivered);
    EXPECT_EQ(world.command(command).issued_times, 2U);
    EXPECT_THAT(heard(device), SizeIs(1));
}

TEST_F(Commands, EndByTheAnswerOfTheDevice) {
    const auto device = world.add_device(kGood);
    const auto well = world.create_command(device, 1);
    world.run_for(5s);
    const auto badly = world.create_command(device, 2);
    world.run_for(5s);
    world.field.report(device, R"({"mid":1,"errcode":0,"body":{"level":3}})");
    world.field.report(device, R"({"mid":2,"errcode":7})");
    world.field.report(device, R"({"mid":9,"errcode":0})");
    world.run_for(1s);
    EXPECT_EQ(state(well), CommandState::Successful);
    EXPECT_EQ(world.command(well).result, R"({"level":3})");
    EXPECT_EQ(state(badly), CommandState::Failed);
}

TEST_F(Commands, CanBeCanceledUntilTheyAreSent) {
    const auto device = world.add_device(kGood, sleeps);
    world.run_for(1min);
    const auto first = world.create_command(device, 1);
    const auto second = world.create_command(device, 2);
    EXPECT_EQ(world.cancel_command(first)->state, CommandState::Canceled);
    world.run_for(10min);
    EXPECT_THAT(heard(device), ElementsAre(text_of(2, 2)));
    EXPECT_EQ(world.cancel_command(second).error().code, "command.not_pending");
}

// And the upgrades of their devices. -----------------------------------------------------------------------------

TEST_F(Commands, OnTheirWayHoldUpTheBeginningOfAnUpgradeUntilTheyEnd) {
    const auto device = world.add_device(kGood, [](auto& nature) { nature.heartbeat = 1h; });
    world.run_for(10s);
    world.start_delay = 0s;
    world.kill_process();
    world.start_process();
    const auto task = world.create_task({device});
    const auto command = world.create_command(device);
    ASSERT_EQ(state(command), CommandState::Sent) << "its confirmation takes three seconds";
    world.run_for(1500ms);
    world.field.report(device, "23.5 m3");
    world.run_for(500ms);
    EXPECT_EQ(world.job(task, device).state, JobState::WaitingOnline) << "heard, and yet";
    world.run_for(1s + 50ms);
    EXPECT_EQ(state(command), CommandState::Delivered);
    EXPECT_NE(world.job(task, device).state, JobState::WaitingOnline) << "without another word of the device";
    EXPECT_TRUE(world.run_until_ended(task, 30min));
    EXPECT_EQ(world.field.record(device).installs, 1);
}

TEST_F(Commands, MadeBeforeAnUpgradeGoFirstAndTheUpgradeFollowsInTheSameWindow) {
    const auto device = world.add_device(kGood, sleeps);
    world.run_for(1min);
    const std::vector<CommandId> commands{world.create_command(device, 1), world.create_command(device, 2)};
    const auto task = world.create_task({device});
    bool both = false;
    world.watch = [&] {
        const auto upgrading = world.job(task, device).state;
        const bool begun = upgrading != JobState::Waiting && upgrading != JobState::WaitingOnline;
        for (const auto& command : commands) both = both || (begun && state(command) == CommandState::Sent);
    };
    EXPECT_TRUE(world.run_until_ended(task, 1h));
    world.watch = [] {};
    EXPECT_FALSE(both) << "an upgrade began while a command was on its way";
    EXPECT_THAT(heard(device), ElementsAre(text_of(1, 1), text_of(2, 2)));
    EXPECT_EQ(world.field.record(device).commands_while_upgrading, 0);
    EXPECT_EQ(world.field.record(device).installs, 1);
    EXPECT_LT(world.job(task, device).ended_at.value() - world.command(commands[1]).delivered_at.value(), 5min)
        << "the device need not wake up once more";
}

TEST_F(Commands, MadeDuringAnUpgradeWaitForItsEnd) {
    const auto device = world.add_device(kGood);
    const auto task = world.create_task({device});
    std::vector<CommandId> commands;
    std::optional<JobState> seen;
    for (int n = 1; n <= 15 && !domain::is_finished(world.job(task, device).state); ++n) {
        // At every stage of it.
        while (world.job(task, device).state == seen) world.run_for(500ms);
        seen = world.job(task, device).state;
        if (*seen == JobState::Waiting || domain::is_finished(*seen)) continue;
        commands.push_back(world.create_command(device, n));
        EXPECT_EQ(state(commands.back()), CommandState::Pending) << *seen;
    }
    EXPECT_TRUE(world.run_until_ended(task, 10min));
    EXPECT_GE(commands.size(), 4U);
    EXPECT_EQ(world.field.record(device).commands_while_upgrading, 0);
    world.run_for(2min);
    EXPECT_THAT(heard(device), SizeIs(commands.size()));
    EXPECT_EQ(world.field.record(device).commands_while_upgrading, 0);
    for (const auto& command : commands) EXPECT_EQ(state(command), CommandState::Delivered);
    EXPECT_EQ(world.job(task, device).state, JobState::Succeeded);
}

TEST_F(Commands, OfAFleetOnABadRadioNeverMeetItsUpgrades) {
    world.field.set_radio({.loss = 0.2, .duplication = 0.1, .least_delay = 20ms, .most_delay = 4s});
    const auto devices = world.add_devices(12, kMiddling);
    std::vector<CommandId> commands;
    const auto command_all = [&](int number) {
        for (const auto& device : devices) commands.push_back(world.create_command(device, number, 3));
    };
    command_all(1);
    const auto task = world.create_task(devices);
    for (int round = 2; round < 8; ++round) {
        world.run_for(20s);
        command_all(round);
    }
    EXPECT_TRUE(world.run_until_ended(task, 5h));
    world.run_for(1h);
    for (const auto& device : devices) {
        EXPECT_EQ(world.field.record(device).commands_while_upgrading, 0);
        EXPECT_EQ(world.field.record(device).installs, 1);
    }
    for (const auto& command : commands) EXPECT_TRUE(world.command(command).settled_at.has_value());
}

}  // namespace
}  // namespace cellwise::scenarios
