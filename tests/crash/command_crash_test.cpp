// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/moment.hpp"
#include "tests/scenarios/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

/// The process dies at every commit of commands before, during and after an upgrade of their device.
namespace cellwise::scenarios {
namespace {

using namespace std::chrono_literals;
using domain::CommandState;

struct CommandCourse {
    World world;
    DeviceId device;
    TaskId task;
    std::vector<CommandId> commands;
    std::uint32_t max_retransmit;
    std::uint64_t first_commit = 0;

    explicit CommandCourse(std::uint32_t retransmit) : max_retransmit(retransmit) {
        world.start_process();
        device = world.add_device(kGood, [](auto& nature) {
            nature.sleeps = true;
            nature.heartbeat = 1min;
        });
        world.run_for(30s);
        for (int n = 1; n <= 2; ++n) commands.push_back(world.create_command(device, n, max_retransmit));
        task = world.create_task({device});
        first_commit = world.commits() + 1;
    }
    /// What the application server has: all that are stored, in order. The answer to one may have been lost.
    std::vector<CommandId> stored() {
        std::vector<CommandId> ids;
        world.change([&](ports::Transaction& tx) -> Status {
            const auto page = tx.commands().list({.app = world.app()}, {});
            for (const auto& command : page->items) ids.push_back(command.id);
            return {};
        });
        std::reverse(ids.begin(), ids.end());
        return ids;
    }
    void run() {
        // One more as soon as the upgrade has begun.
        for (int s = 0; s < 1'200 && commands.size() < 3; ++s) {
            world.run_for(1s);
            if (!world.runs() || !world.job(task, device).started_at) continue;
            commands = stored();
            if (commands.size() == 3) break;
            const auto made = world.try_create_command(wanted(3));
            if (made) commands.push_back(made->id);
        }
        EXPECT_TRUE(world.run_until_ended(task, 3h));
        world.run_for(10min);
    }
    app::NewCommand wanted(int number) {
        return {
            .app = world.app(),
            .device = device,
            .content = {.service_id = "Meter", .method = "SET", .paras = "{\"n\":" + std::to_string(number) + "}"},
            .max_retransmit = max_retransmit};
    }
    void expect_nothing_lost_or_doubled() {
        run();
        ASSERT_TRUE(world.runs());
        const auto& record = world.field.record(device);
        EXPECT_EQ(record.installs, 1);
        EXPECT_EQ(record.commands_while_upgrading, 0) << "no command met the upgrade";
        std::map<std::string, std::uint32_t> times;
        for (const auto& text : record.commands) ++times[text];
        for (const auto& id : commands) {
            const auto command = world.command(id);
            const auto heard = times[std::string(as_text(command.payload))];
            EXPECT_LE(heard, max_retransmit + 1);
            EXPECT_LE(heard, command.issued_times);
            if (command.state == CommandState::Delivered) {
                EXPECT_GE(heard, 1U);
            } else {
                EXPECT_EQ(command.state, CommandState::Timeout) << "nobody knows whether it was heard";
                EXPECT_EQ(max_retransmit, 0U);
            }
        }
    }
};

class CommandCrash : public ::testing::TestWithParam<std::tuple<Moment, std::uint32_t>> {};

TEST_P(CommandCrash, LosesAndDoublesNothingAtAnyCommit) {
    const auto [moment, max_retransmit] = GetParam();
    std::uint64_t last_commit = 0;
    {
        CommandCourse undisturbed(max_retransmit);
        undisturbed.expect_nothing_lost_or_doubled();
        for (const auto& id : undisturbed.commands) {
            EXPECT_EQ(undisturbed.world.command(id).state, CommandState::Delivered);
        }
        last_commit = undisturbed.world.commits();
    }
    for (std::uint64_t number = 0; !HasFailure(); ++number) {
        CommandCourse course(max_retransmit);
        const auto commit = course.first_commit + number;
        if (commit > last_commit) break;
        SCOPED_TRACE("the process died at commit " + std::to_string(commit));
        if (moment == Moment::AfterDurable) {
            course.world.die_after_commit(commit);
        } else {
            course.world.die_before_commit(commit);
        }
        course.expect_nothing_lost_or_doubled();
    }
}
INSTANTIATE_TEST_SUITE_P(Moments, CommandCrash,
                         ::testing::Combine(::testing::Values(Moment::BeforeDurable, Moment::AfterDurable),
                                            ::testing::Values(0U, 2U)),
                         [](const auto& each) {
                             return std::string(std::get<0>(each.param) == Moment::BeforeDurable
                                                    ? "BeforeItIsDurable"
                                                    : "BeforeAnybodyHears") +
                                    (std::get<1>(each.param) == 0 ? "SentOnce" : "SentAgain");
                         });

}  // namespace
}  // namespace cellwise::scenarios
