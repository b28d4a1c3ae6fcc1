// SPDX-License-Identifier: Apache-2.0
#include "tests/crash/moment.hpp"
#include "tests/scenarios/world.hpp"

#include <gtest/gtest.h>

#include <string>

/// The process dies at every commit of an upgrade, once before it is durable and once after, when nobody has heard of
/// it: nothing may be lost, and nothing doubled.
namespace cellwise::scenarios {
namespace {

using namespace std::chrono_literals;

struct UpgradeCourse {
    World world;
    std::vector<DeviceId> devices;
    TaskId task;
    std::uint64_t first_commit = 0;

    explicit UpgradeCourse(const Radio& radio = {}) {
        world.options.slots.level1 = 2;
        world.start_process();
        world.field.set_radio(radio);
        // One of each temper, more than the cell takes at once.
        devices.push_back(world.add_device(kMiddling));
        devices.push_back(world.add_device(kMiddling, [](auto& nature) { nature.answers_notice = false; }));
        devices.push_back(world.add_device(kMiddling, [](auto& nature) { nature.answers_execute = false; }));
        devices.push_back(world.add_device(kMiddling, [](auto& nature) {
            nature.silent_at_chunk = 2;
            nature.silence = 7min;
        }));
        task = world.create_task(devices);
        first_commit = world.commits() + 1;
    }

    void expect_all_upgraded_once() {
        EXPECT_TRUE(world.run_until_ended(task, 3h));
        if (!world.runs()) return;
        for (const auto& device : devices) {
            const auto& record = world.field.record(device);
            const auto job = world.job(task, device);
            EXPECT_EQ(job.state, domain::JobState::Succeeded) << job.detail;
            EXPECT_EQ(record.installs, 1);
            EXPECT_EQ(record.received, world.payload());
        }
        EXPECT_LE(world.field.most_at_once(kMiddlingKey), 2U);
        EXPECT_TRUE(world.cells().empty()) << "a slot leaked";
        int results = 0;
        for (const auto& push : world.pushes()) results += push.phase.empty() ? 1 : 0;
        EXPECT_EQ(results, static_cast<int>(devices.size())) << "one result a device, whatever happened";
    }
};

class CrashRecovery : public ::testing::TestWithParam<Moment> {};

TEST_P(CrashRecovery, LosesAndDoublesNothingAtAnyCommit) {
    std::uint64_t last_commit = 0;
    {
        UpgradeCourse undisturbed;
        undisturbed.expect_all_upgraded_once();
        last_commit = undisturbed.world.commits();
        ASSERT_GT(last_commit, undisturbed.first_commit + 20);
    }
    for (std::uint64_t number = 1; !HasFailure(); ++number) {
        UpgradeCourse course;
        const auto commit = course.first_commit + number - 1;
        if (commit > last_commit) break;
        SCOPED_TRACE("the process died at commit " + std::to_string(commit));
        if (GetParam() == Moment::AfterDurable) {
            course.world.die_after_commit(commit);
        } else {
            course.world.die_before_commit(commit);
        }
        course.expect_all_upgraded_once();
    }
}
INSTANTIATE_TEST_SUITE_P(Moments, CrashRecovery, ::testing::Values(Moment::BeforeDurable, Moment::AfterDurable),
                         [](const auto& moment) {
                             return moment.param == Moment::BeforeDurable ? "BeforeItIsDurable"
                                                                          : "BeforeAnybodyHears";
                         });

/// Paused when all have begun to stand in line, resumed half an hour later; the process dies at each commit of it.
TEST(CrashRecovery, HoldsAPauseAtAnyCommit) {
    for (const auto moment : {Moment::BeforeDurable, Moment::AfterDurable}) {
        for (std::uint64_t number = 1; number <= 25 && !::testing::Test::HasFailure(); ++number) {
            UpgradeCourse course;
            auto& world = course.world;
            SCOPED_TRACE("the process died at commit " + std::to_string(number) + " after the pause");
            world.run_for(13s);
            ASSERT_TRUE(world.pause_task(course.task));
            const auto commit = world.commits() + number;
            moment == Moment::AfterDurable ? world.die_after_commit(commit) : world.die_before_commit(commit);
            world.run_for(30min);
            if (!world.runs()) world.run_for(10s);
            int begun = 0;
            for (const auto& device : course.devices) begun += world.field.record(device).installs;
            world.run_for(30min);
            int later = 0;
            for (const auto& device : course.devices) later += world.field.record(device).installs;
            EXPECT_EQ(later, begun) << "something began in the pause";
            EXPECT_TRUE(world.task(course.task).paused);
            ASSERT_TRUE(world.resume_task(course.task));
            course.expect_all_upgraded_once();
        }
    }
}

TEST(CrashRecovery, ComesThroughCrashesEveryMinuteOnABadRadio) {
    UpgradeCourse course({.loss = 0.2, .duplication = 0.1, .least_delay = 20ms, .most_delay = 9s});
    for (int crash = 0; crash < 40; ++crash) {
        course.world.run_for(Duration{17'000 + crash * 977});
        if (course.world.runs()) course.world.kill_process();
    }
    course.world.run_for(6s);
    course.expect_all_upgraded_once();
}

}  // namespace
}  // namespace cellwise::scenarios
