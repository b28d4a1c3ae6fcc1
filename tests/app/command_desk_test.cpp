// SPDX-License-Identifier: Apache-2.0
#include "app/command_desk.hpp"

#include "tests/scenarios/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using domain::CommandState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

void sleeps(scenarios::DeviceNature& nature) {
    nature.sleeps = true;
    nature.heartbeat = 10min;
}

class CommandDeskTest : public ::testing::Test {
 protected:
    scenarios::World world_{};

    void SetUp() override { world_.start_process(); }
    CommandId create(const DeviceId& device, const std::string& url) {
        return world_
            .try_create_command({.app = world_.app(),
                                 .device = device,
                                 .content = {.service_id = "Meter", .method = "SET", .paras = "{}"},
                                 .callback_url = url,
                                 .expire_time = 5min})
            ->id;
    }
    std::vector<std::string> told() {
        std::vector<std::string> all;
        for (const auto& push : world_.pushes()) {
            if (push.type == domain::NotifyType::CommandStatus) all.push_back(push.url + ' ' + push.body);
        }
        return all;
    }
};

TEST_F(CommandDeskTest, TellsEachChangeToTheCallbackUrlOfTheCommand) {
    const auto device = world_.add_device(scenarios::kGood);
    create(device, "http://a:1/x");
    EXPECT_THAT(told(), ElementsAre("http://a:1/x SENT")) << "in the same transaction as the change";
    world_.run_for(5s);
    world_.field.report(device, R"({"mid":1,"errcode":0,"body":{"a":1}})");
    world_.run_for(5s);
    EXPECT_THAT(told(),
                ElementsAre("http://a:1/x SENT", "http://a:1/x DELIVERED", R"(http://a:1/x SUCCESSFUL{"a":1})"));
    create(device, "");
    world_.run_for(5s);
    EXPECT_EQ(told().size(), 3U) << "nobody wants to know of the second";
}

TEST_F(CommandDeskTest, TellsThatACommandExpired) {
    const auto device = world_.add_device(scenarios::kGood, sleeps);
    world_.run_for(1min);
    create(device, "http://a:1/x");
    world_.run_for(6min);
    EXPECT_THAT(told(), ElementsAre("http://a:1/x EXPIRED"));
}

TEST_F(CommandDeskTest, DoesNotTellWhoCanceledThatItDid) {
    const auto device = world_.add_device(scenarios::kGood, sleeps);
    world_.run_for(1min);
    ASSERT_TRUE(world_.cancel_command(create(device, "http://a:1/x")));
    world_.run_for(20min);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_THAT(world_.field.record(device).commands, IsEmpty());
}

TEST_F(CommandDeskTest, SendsNothingForAnApplicationThatIsGone) {
    const auto device = world_.add_device(scenarios::kGood, sleeps);
    world_.run_for(1min);
    const auto command = world_.create_command(device);
    world_.change([&](ports::Transaction& tx) -> Status {
        const auto erased = tx.applications().erase(world_.app());
        return erased ? Status{} : Status{erased.error()};
    });
    world_.run_for(20min);
    EXPECT_EQ(world_.command(command).state, CommandState::Canceled);
    EXPECT_THAT(world_.field.record(device).commands, IsEmpty());
}

TEST_F(CommandDeskTest, KeepsACommandForAMonthAfterItSettled) {
    const auto device = world_.add_device(scenarios::kGood, [](auto& nature) { nature.heartbeat = 24h * 60; });
    const auto command = world_.create_command(device);
    world_.run_for(5s);
    const auto settled = world_.command(command).settled_at.value();
    const auto kept = [&] {
        std::int64_t count = 0;
        world_.change([&](ports::Transaction& tx) -> Status {
            count = *tx.commands().count({.app = world_.app()});
            return {};
        });
        return count;
    };
    world_.clock.set(settled + std::chrono::days{30} - 5min);
    world_.run_for(2min);
    EXPECT_EQ(kept(), 1);
    world_.clock.set(settled + std::chrono::days{30});
    world_.run_for(2min);
    EXPECT_EQ(kept(), 0);
}

TEST_F(CommandDeskTest, KnowsAfterARestartThatWhatWasOnItsWayMayHaveBeenHeard) {
    const auto device = world_.add_device(scenarios::kGood);
    world_.run_for(10s);
    const auto once = world_.create_command(device, 1);
    world_.run_for(1s);
    world_.kill_process();
    world_.run_for(10s);
    EXPECT_EQ(world_.command(once).state, CommandState::Timeout);
    const auto again = world_.create_command(device, 2, 1);
    world_.run_for(1s);
    world_.kill_process();
    world_.run_for(2min);
    EXPECT_EQ(world_.command(again).state, CommandState::Delivered);
    EXPECT_EQ(world_.command(again).issued_times, 2U);
}

}  // namespace
}  // namespace cellwise::app
