// SPDX-License-Identifier: Apache-2.0
#include "app/new_id.hpp"
#include "tests/scenarios/world.hpp"

#include "cellwise/domain/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;
using domain::JobState;
using domain::TaskCounters;
using domain::TaskState;
using scenarios::kBad;
using scenarios::kBadKey;
using scenarios::kGood;
using scenarios::kMiddling;

class TaskOrders : public ::testing::Test {
 protected:
    scenarios::World world;
    fakes::SeededRandom random{99};

    void SetUp() override { world.start_process(); }

    int installs(const std::vector<DeviceId>& devices) {
        int count = 0;
        for (const auto& device : devices) count += world.field.record(device).installs;
        return count;
    }
    void restart() {
        world.kill_process();
        world.run_for(10s);
        ASSERT_TRUE(world.runs());
    }
    Result<domain::Task> create(NewTask request) {
        request.app = world.app();
        request.name = "t";
        request.package = world.package();
        return world.try_create_task(std::move(request));
    }
};

// Pause. ---------------------------------------------------------------------------------------------------------

TEST_F(TaskOrders, PauseBeginsNothingUntilTheTaskIsResumed) {
    const auto devices = world.add_devices(5, kGood);
    const auto task = world.create_task(devices);
    ASSERT_TRUE(world.pause_task(task));
    world.run_for(10min);
    EXPECT_TRUE(world.task(task).paused);
    EXPECT_EQ(world.task(task).state, TaskState::Wait);
    for (const auto& device : devices) EXPECT_EQ(world.field.record(device).downlinks, 0);
    ASSERT_TRUE(world.resume_task(task));
    EXPECT_TRUE(world.run_until_ended(task, 30min));
    EXPECT_EQ(world.task(task).counters, (TaskCounters{.total = 5, .success = 5}));
}

TEST_F(TaskOrders, PauseHoldsStartedJobsWhereTheyAreAndLetsGoOnWhatHasBegun) {
    const auto busy = world.add_device(kBad);
    const auto waiting = world.add_devices(6, kBad);
    auto devices = waiting;
    devices.push_back(busy);
    const auto task = world.create_task(devices);
    for (int s = 0; s < 600 && world.cells().empty(); ++s) world.run_for(1s);
    world.run_for(1s);
    ASSERT_EQ(world.cells()[0].in_use, 1U) << "level 2 lets one in";
    const auto in_line = world.cells()[0].waiting;
    ASSERT_GT(in_line, 1U);
    ASSERT_TRUE(world.pause_task(task));
    world.run_for(30min);
    EXPECT_EQ(installs(devices), 1) << "what had a slot came to its end, and nobody came after it";
    EXPECT_EQ(world.task(task).counters.success, 1);
    EXPECT_EQ(world.task(task).state, TaskState::Processing);
    const auto usage = world.cells();
    ASSERT_EQ(usage.size(), 1U);
    EXPECT_EQ(usage[0].in_use, 0U);
    EXPECT_GE(usage[0].waiting, in_line) << "they keep their places";
    ASSERT_TRUE(world.resume_task(task));
    EXPECT_EQ(world.cells()[0].in_use, 1U) << "who listens has its slot at once";
    EXPECT_TRUE(world.run_until_ended(task, 2h));
    EXPECT_EQ(installs(devices), 7);
    EXPECT_EQ(world.field.most_at_once(kBadKey), 1U);
    EXPECT_TRUE(world.cells().empty());
}

TEST_F(TaskOrders, PauseOfOneTaskLetsAnotherThroughTheSameCell) {
    const auto held = world.add_devices(3, kBad);
    const auto task = world.create_task(held);
    for (int s = 0; s < 600 && (world.cells().empty() || world.cells()[0].waiting < 2); ++s) world.run_for(1s);
    ASSERT_TRUE(world.pause_task(task));
    const auto others = world.add_devices(2, kBad);
    const auto second = world.create_task(others);
    EXPECT_TRUE(world.run_until_ended(second, 1h)) << "those who are held stand before them, and do not block";
    EXPECT_EQ(installs(others), 2);
    EXPECT_LE(installs(held), 1);
}

TEST_F(TaskOrders, PauseSurvivesARestart) {
    const auto devices = world.add_devices(5, kBad);
    const auto task = world.create_task(devices);
    for (int s = 0; s < 600 && (world.cells().empty() || world.cells()[0].waiting < 3); ++s) world.run_for(1s);
    ASSERT_TRUE(world.pause_task(task));
    const auto not_before = world.task(task).counters.success + world.cells()[0].in_use;
    restart();
    world.run_for(1h);
    EXPECT_TRUE(world.task(task).paused);
    EXPECT_EQ(world.task(task).counters.success, not_before);
    ASSERT_TRUE(world.resume_task(task));
    restart();
    EXPECT_TRUE(world.run_until_ended(task, 2h));
    EXPECT_EQ(installs(devices), 5);
}

TEST_F(TaskOrders, PauseDoesNotCountIntoTheTimeThatADeviceIsWaitedFor) {
    world.set_limits({}, {.wait_online = 20min});
    const auto device = world.add_device(kGood, [](auto& nature) { nature.heartbeat = 15min; });
    const auto task = world.create_task({device});
    world.run_for(15s);
    ASSERT_EQ(world.job(task, device).state, JobState::WaitingOnline);
    ASSERT_TRUE(world.pause_task(task));
    world.run_for(2h);
    EXPECT_EQ(world.job(task, device).state, JobState::WaitingOnline);
    ASSERT_TRUE(world.resume_task(task));
    EXPECT_TRUE(world.run_until_ended(task, 2h));
    EXPECT_EQ(world.job(task, device).state, JobState::Succeeded);
}

TEST_F(TaskOrders, PauseEndsAtTheEndTime) {
    const auto devices = world.add_devices(3, kGood);
    const auto now = world.clock.now();
    const auto task = create(
        {.targets = {.devices = devices},
         .policy = {
             .execute_type = domain::ExecuteType::Custom, .start_time = now + 10min, .end_time = now + 20min}});
    ASSERT_TRUE(task);
    ASSERT_TRUE(world.pause_task(task->id));
    world.run_for(19min);
    EXPECT_EQ(world.task(task->id).counters.wait, 3);
    world.run_for(2min);
    EXPECT_EQ(world.task(task->id).state, TaskState::Failed);
    EXPECT_EQ(world.job(task->id, devices[0]).detail, domain::failure::kEndTime);
    EXPECT_EQ(installs(devices), 0);
}

TEST_F(TaskOrders, PauseIsForTasksThatHaveNotEndedAndMayBeSaidTwice) {
    const auto task = world.create_task({world.add_device(kGood)});
    EXPECT_EQ(world.pause_task(new_id<TaskId>(random)).error().code, "task.not_found");
    EXPECT_TRUE(world.resume_task(task)) << "it is not paused";
    EXPECT_TRUE(world.pause_task(task));
    EXPECT_TRUE(world.pause_task(task));
    EXPECT_TRUE(world.stop_task(task)) << "a pause keeps nobody from stopping it";
    EXPECT_EQ(world.pause_task(task).error().code, "task.finished");
    EXPECT_EQ(world.resume_task(task).error().code, "task.finished");
}

TEST_F(TaskOrders, PauseInTheMidstOfTheStartHoldsTheRest) {
    const auto devices = world.add_devices(200, kGood, [](auto& nature) { nature.heartbeat = 10h; });
    const auto task = world.create_task(devices);
    bool paused = false;
    world.watch = [&] {
        if (paused || world.task(task).state != TaskState::Processing) return;
        paused = true;
        EXPECT_TRUE(world.pause_task(task));
    };
    world.run_for(1min);
    world.watch = [] {};
    ASSERT_TRUE(paused);
    const auto started = world.task(task).counters.processing;
    world.run_for(1h);
    EXPECT_EQ(world.task(task).counters.processing, started);
}

// Retry. ---------------------------------------------------------------------------------------------------------

class TaskRetry : public TaskOrders {
 protected:
    std::vector<DeviceId> good = world_devices(3, domain::pcp::ResultCode::Ok);
    std::vector<DeviceId> bad = world_devices(4, domain::pcp::ResultCode::InstallFailed);
    TaskId task{};

    std::vector<DeviceId> world_devices(int count, domain::pcp::ResultCode result) {
        if (!world.runs()) world.start_process();
        return world.add_devices(count, kGood, [result](auto& nature) { nature.install_result = result; });
    }
    void SetUp() override {
        auto all = good;
        all.insert(all.end(), bad.begin(), bad.end());
        task = world.create_task(all);
        ASSERT_TRUE(world.run_until_ended(task, 1h));
        ASSERT_EQ(world.task(task).counters, (TaskCounters{.total = 7, .success = 3, .fail = 4}));
    }
};

TEST_F(TaskRetry, IsANewTaskForTheDevicesThatFailed) {
    const auto retry = world.retry_task(task);
    ASSERT_TRUE(retry) << retry.error().code;
    EXPECT_NE(retry->id, task);
    EXPECT_EQ(retry->name, "t");
    EXPECT_EQ(retry->package, world.package());
    EXPECT_TRUE(world.run_until_ended(retry->id, 1h));
    EXPECT_EQ(world.task(retry->id).counters, (TaskCounters{.total = 4, .fail = 4}));
    for (const auto& device : bad) EXPECT_EQ(world.field.record(device).installs, 2);
    for (const auto& device : good) EXPECT_EQ(world.field.record(device).installs, 1);
    EXPECT_EQ(world.task(task).counters, (TaskCounters{.total = 7, .success = 3, .fail = 4}))
        << "what ended stays so";
}

TEST_F(TaskRetry, TakesOverItsDevicesAfterARestart) {
    const auto retry = world.retry_task(task, {.name = "again"});
    ASSERT_TRUE(retry);
    restart();
    EXPECT_EQ(world.task(retry->id).name, "again");
    EXPECT_TRUE(world.run_until_ended(retry->id, 1h));
    EXPECT_EQ(world.task(retry->id).counters.total, 4);
}

TEST_F(TaskRetry, LeavesOutDevicesThatAreGone) {
    world.change([&](ports::Transaction& tx) -> Status {
        const auto erased = tx.devices().erase(bad[0]);
        return erased ? Status{} : Status{erased.error()};
    });
    const auto retry = world.retry_task(task);
    ASSERT_TRUE(retry);
    EXPECT_TRUE(world.run_until_ended(retry->id, 1h));
    EXPECT_EQ(world.task(retry->id).counters.total, 3);
}

TEST_F(TaskRetry, IsRefusedWhereNothingIsToBeTriedAgain) {
    EXPECT_EQ(world.retry_task(task, {.failed = false, .stopped = true}).error().code, "task.nothing_to_retry");
    EXPECT_EQ(world.retry_task(new_id<TaskId>(random)).error().code, "task.not_found");
}

TEST_F(TaskRetry, KeepsTheTaskUntilItHasTakenOverItsDevices) {
    const auto retry = world.retry_task(task);
    EXPECT_EQ(world.erase_task(task).error().code, "task.retried");
    world.run_for(15s);
    EXPECT_TRUE(world.erase_task(task));
    EXPECT_TRUE(world.run_until_ended(retry->id, 1h));
    EXPECT_EQ(world.task(retry->id).counters.total, 4);
}

TEST_F(TaskOrders, RetryOfTheStoppedTakesThemAndTheFailed) {
    const auto devices = world.add_devices(3, kGood, [](auto& nature) { nature.heartbeat = 1h; });
    const auto task = world.create_task(devices);
    world.run_for(20s);
    ASSERT_TRUE(world.stop_task(task));
    ASSERT_EQ(world.task(task).counters.stop, 3);
    EXPECT_EQ(world.retry_task(task).error().code, "task.nothing_to_retry");
    const auto retry = world.retry_task(task, {.failed = true, .stopped = true});
    ASSERT_TRUE(retry);
    EXPECT_TRUE(world.run_until_ended(retry->id, 3h));
    EXPECT_EQ(installs(devices), 3);
}

/// More than one batch, and both lists of jobs.
TEST_F(TaskOrders, RetryTakesAnyNumberOfDevices) {
    const auto devices = world.add_devices(1'205, kGood, [](auto& nature) { nature.heartbeat = 100h; });
    const auto task = world.create_task({devices[0]});
    ASSERT_TRUE(world.stop_task(task));
    world.change([&](ports::Transaction& tx) -> Status {
        for (std::size_t i = 1; i < devices.size(); ++i) {
            const domain::Job job{.id = new_id<JobId>(random),
                                  .task = task,
                                  .device = devices[i],
                                  .app = world.app(),
                                  .package = world.package(),
                                  .state = i % 3 == 0 ? JobState::Stopped : JobState::Failed,
                                  .created_at = world.clock.now()};
            if (auto inserted = tx.jobs().insert(job); !inserted) return inserted;
        }
        return Status{};
    });
    const auto retry = world.retry_task(task, {.failed = true, .stopped = true});
    ASSERT_TRUE(retry);
    world.run_for(30s);
    EXPECT_TRUE(world.task(retry->id).expanded);
    EXPECT_EQ(world.task(retry->id).counters.total, 1'205);
}

// Confirmation. --------------------------------------------------------------------------------------------------

class TaskConfirmation : public TaskOrders {
 protected:
    TaskId create_for(const std::vector<DeviceId>& devices, domain::TaskPolicy policy = {}) {
        policy.app_confirm = true;
        return world.create_task(devices, policy);
    }
};

TEST_F(TaskConfirmation, IsWaitedForOnceTheVersionIsKnown) {
    const auto devices = world.add_devices(2, kGood);
    const auto current = world.add_device(kGood, [](auto& n) { n.version = *domain::Version::parse("V2.0"); });
    const auto task = create_for({devices[0], devices[1], current});
    world.run_for(10min);
    for (const auto& device : devices) {
        EXPECT_EQ(world.job(task, device).state, JobState::WaitingConfirmation);
        EXPECT_EQ(world.field.record(device).downlinks, 1) << "the question for its version";
    }
    EXPECT_EQ(world.job(task, current).state, JobState::Succeeded) << "nothing is to be confirmed";
    EXPECT_TRUE(world.cells().empty());
    ASSERT_TRUE(world.confirm_job(task, devices[0]));
    EXPECT_TRUE(world.confirm_job(task, devices[0])) << "said twice";
    world.run_for(10min);
    EXPECT_EQ(world.job(task, devices[0]).state, JobState::Succeeded);
    EXPECT_EQ(installs(devices), 1) << "the other one was not confirmed";
    EXPECT_TRUE(world.pushes().size() >= 5U);
}

TEST_F(TaskConfirmation, LetsADeviceThatListensBeginAtOnce) {
    const auto device = world.add_device(kGood, [](auto& nature) { nature.heartbeat = 90min; });
    const auto task = create_for({device});
    for (int h = 0; h < 20 && world.job(task, device).state != JobState::WaitingConfirmation; ++h) world.run_for(1h);
    ASSERT_EQ(world.job(task, device).state, JobState::WaitingConfirmation);
    ASSERT_TRUE(world.confirm_job(task, device));
    world.run_for(5min);
    EXPECT_EQ(world.job(task, device).state, JobState::Succeeded);
}

TEST_F(TaskConfirmation, SurvivesARestartBeforeAndAfterIt) {
    const auto device = world.add_device(kGood, [](auto& nature) {
        nature.sleeps = true;
        nature.heartbeat = 20min;
    });
    const auto task = create_for({device});
    world.run_for(50min);  // it spoke ten minutes ago, and sleeps
    ASSERT_EQ(world.job(task, device).state, JobState::WaitingConfirmation);
    restart();
    EXPECT_EQ(world.job(task, device).state, JobState::WaitingConfirmation);
    ASSERT_TRUE(world.confirm_job(task, device));
    restart();
    EXPECT_TRUE(world.run_until_ended(task, 5h));
    EXPECT_EQ(world.job(task, device).detail, "");
    EXPECT_EQ(world.field.record(device).installs, 1);
    EXPECT_EQ(world.field.record(device).downlinks_asleep, 0);
}

TEST_F(TaskConfirmation, FailsWhatNobodyConfirmsInTime) {
    world.set_limits({}, {.wait_online = 1h});
    const auto device = world.add_device(kGood);
    const auto task = create_for({device});
    EXPECT_TRUE(world.run_until_ended(task, 2h));
    EXPECT_EQ(world.job(task, device).detail, domain::failure::kConfirmation);
    EXPECT_EQ(installs({device}), 0);
}

TEST_F(TaskConfirmation, EndsWithTheEndTimeOfItsTask) {
    world.set_limits({}, {.wait_online = 30min});
    const auto device = world.add_device(kGood);
    const auto now = world.clock.now();
    const auto task = create_for(
        {device}, {.execute_type = domain::ExecuteType::Custom, .start_time = now + 1min, .end_time = now + 3h});
    world.run_for(170min);
    EXPECT_EQ(world.job(task, device).state, JobState::WaitingConfirmation) << "longer than a device is waited for";
    world.run_for(15min);
    EXPECT_EQ(world.job(task, device).detail, domain::failure::kEndTime);
}

TEST_F(TaskConfirmation, IsRefusedWhereNoJobWaitsForIt) {
    const auto device = world.add_device(kGood);
    const auto task = create_for({device});
    EXPECT_EQ(world.confirm_job(task, device).error().code, "job.not_waiting");
    EXPECT_EQ(world.confirm_job(task, world.add_device(kGood)).error().code, "job.not_found");
    EXPECT_EQ(world.confirm_job(new_id<TaskId>(random), device).error().code, "task.not_found");
}

TEST_F(TaskConfirmation, IsForgoneByAStop) {
    const auto device = world.add_device(kGood);
    const auto task = create_for({device});
    world.run_for(10min);
    ASSERT_TRUE(world.stop_task(task));
    EXPECT_EQ(world.job(task, device).state, JobState::Stopped);
    EXPECT_EQ(world.confirm_job(task, device).error().code, "job.not_waiting");
}

}  // namespace
}  // namespace cellwise::app
