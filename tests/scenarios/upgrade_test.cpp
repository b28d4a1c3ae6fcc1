// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/world.hpp"

#include "cellwise/domain/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::scenarios {
namespace {

using namespace std::chrono_literals;
using domain::JobState;
using domain::TaskState;
using ::testing::Each;

domain::Version version(std::string_view text) { return *domain::Version::parse(text); }

class Upgrade : public ::testing::Test {
 protected:
    World world;

    void SetUp() override { world.start_process(); }

    /// Lets time pass until so many stand in line in the one cell that there is.
    bool run_until_in_line(std::uint32_t count) {
        for (int s = 0; s < 600; ++s) {
            const auto cells = world.cells();
            if (!cells.empty() && cells[0].waiting >= count) return true;
            world.run_for(1s);
        }
        return false;
    }
    void expect_upgraded(const TaskId& task, const std::vector<DeviceId>& devices) {
        for (const auto& device : devices) {
            const auto& record = world.field.record(device);
            EXPECT_EQ(record.version, version("V2.0"));
            EXPECT_EQ(record.installs, 1);
            EXPECT_EQ(record.received, world.payload());
            EXPECT_EQ(world.job(task, device).state, JobState::Succeeded);
        }
    }
};

TEST_F(Upgrade, BringsEveryDeviceToTheTargetOnce) {
    const auto devices = world.add_devices(20, kGood);
    const auto task = world.create_task(devices);
    EXPECT_TRUE(world.run_until_ended(task, 30min));
    EXPECT_EQ(world.task(task).state, TaskState::Success);
    expect_upgraded(task, devices);
}

TEST_F(Upgrade, GoesFromWaitThroughProcessingToSuccessWithCountersRightAtEveryMoment) {
    const auto task = world.create_task(world.add_devices(8, kMiddling));
    EXPECT_EQ(world.task(task).counters, (domain::TaskCounters{.total = 8, .wait = 8}));
    world.run_for(9s);
    EXPECT_EQ(world.task(task).state, TaskState::Wait);
    bool was_processing = false;
    world.watch = [&] {
        const auto now = world.task(task);
        const auto& c = now.counters;
        EXPECT_EQ(c.wait + c.processing + c.success + c.fail + c.stop, 8);
        was_processing = was_processing || (now.state == TaskState::Processing && c.processing > 0);
    };
    EXPECT_TRUE(world.run_until_ended(task, 30min));
    world.watch = [] {};
    EXPECT_TRUE(was_processing);
    EXPECT_EQ(world.task(task).state, TaskState::Success);
    EXPECT_EQ(world.task(task).counters, (domain::TaskCounters{.total = 8, .success = 8}));
}

TEST_F(Upgrade, NeverRunsMoreAtOnceThanTheCellsClassesAllow) {
    auto devices = world.add_devices(60, kGood);
    for (const auto& more :
         {world.add_devices(15, kMiddling), world.add_devices(4, kBad), world.add_devices(13, kNoSinr)}) {
        devices.insert(devices.end(), more.begin(), more.end());
    }
    const auto task = world.create_task(devices);
    world.watch = [&] {
        for (const auto& usage : world.cells()) EXPECT_LE(usage.in_use, usage.limit) << usage.key;
    };
    EXPECT_TRUE(world.run_until_ended(task, 2h));
    EXPECT_EQ(world.field.most_at_once(kGoodKey), 50U);
    EXPECT_EQ(world.field.most_at_once(kMiddlingKey), 10U);
    EXPECT_EQ(world.field.most_at_once(kBadKey), 1U);
    EXPECT_EQ(world.field.most_at_once(kCellOnlyKey), 10U);
    expect_upgraded(task, devices);
    EXPECT_TRUE(world.cells().empty()) << "no slot leaked";
}

TEST_F(Upgrade, SendsNothingToADeviceThatRunsTheTargetAlready) {
    const auto device = world.add_device(kGood, [](auto& nature) { nature.version = version("V2.0"); });
    const auto task = world.create_task({device});
    EXPECT_TRUE(world.run_until_ended(task, 10min));
    EXPECT_EQ(world.job(task, device).detail, domain::failure::kSameVersion);
    EXPECT_EQ(world.field.record(device).downlinks, 1) << "the question for its version, and no more";
    EXPECT_EQ(world.task(task).state, TaskState::Success);
}

TEST_F(Upgrade, FailsADeviceWithoutACellInTheVendorsWords) {
    const auto device = world.add_device({.rsrp_dbm = -90, .sinr_db = 10});
    const auto task = world.create_task({device});
    EXPECT_TRUE(world.run_until_ended(task, 10min));
    EXPECT_EQ(world.job(task, device).detail, "Waiting for report cellId timeout");
    EXPECT_EQ(world.task(task).state, TaskState::Failed);
}

TEST_F(Upgrade, CallsASecondTaskOfTheSameDeviceAConflict) {
    const auto device = world.add_device(kGood);
    const auto first = world.create_task({device});
    const auto second = world.create_task({device});
    EXPECT_TRUE(world.run_until_ended(second, 10min));
    EXPECT_EQ(world.job(second, device).detail, "Task Conflict");
    EXPECT_TRUE(world.run_until_ended(first, 10min));
    expect_upgraded(first, {device});
}

TEST_F(Upgrade, GivesTheSlotOfASilentDeviceToTheNextAndResumesWhereItStood) {
    const auto silent = world.add_device(kBad, [](auto& nature) {
        nature.silent_at_chunk = 3;
        nature.silence = 12min;
    });
    const auto task = world.create_task({silent});
    world.run_for(2min);
    ASSERT_EQ(world.job(task, silent).state, JobState::Downloading);
    const auto next = world.add_device(kBad);
    const auto second = world.create_task({next});
    EXPECT_TRUE(world.run_until_ended(second, 8min)) << "level 2 has one slot, and the silent one gave it back";
    EXPECT_EQ(world.job(task, silent).state, JobState::Suspended);
    EXPECT_TRUE(world.run_until_ended(task, 30min));
    expect_upgraded(task, {
                              silent,
                          });
    expect_upgraded(second, {next});
    EXPECT_EQ(world.field.record(silent).first_chunk_after_silence, 3);
    EXPECT_EQ(world.field.record(silent).chunk_requests, 5) << "no chunk was asked for twice";
}

TEST_F(Upgrade, WritesProgressDownNowAndThenForARestartToFind) {
    const auto device = world.add_device(kGood);
    world.field.set_radio({.least_delay = 4s, .most_delay = 4s});
    const auto task = world.create_task({device});
    const auto written = [&] { return world.job(task, device).chunks_served; };
    for (int i = 0; i < 120 && written() == 0; ++i) world.run_for(1s);
    const auto first = written();
    ASSERT_GT(first, 0U) << "a chunk takes 8 s, and what was served is written 15 s after the first";
    const auto commits = world.commits();
    world.run_for(14s);
    EXPECT_EQ(written(), first);
    EXPECT_EQ(world.commits(), commits) << "no chunk has a commit of its own";
    world.run_for(10s);
    const auto second = written();
    EXPECT_GT(second, first);

    world.kill_process();
    world.start_process();
    EXPECT_EQ(written(), second);
    ASSERT_TRUE(world.run_until_ended(task, 1h));
    expect_upgraded(task, {device});
}

TEST_F(Upgrade, SendsNothingToASleepingDevice) {
    const auto devices = world.add_devices(12, kMiddling, [](auto& nature) {
        nature.sleeps = true;
        nature.heartbeat = 7min;
    });
    const auto task = world.create_task(devices);
    EXPECT_TRUE(world.run_until_ended(task, 5h));
    expect_upgraded(task, devices);
    for (const auto& device : devices) EXPECT_EQ(world.field.record(device).downlinks_asleep, 0);
}

TEST_F(Upgrade, StopsWhatHasNotBegunToInstall) {
    const auto devices = world.add_devices(30, kMiddling);
    const auto task = world.create_task(devices);
    world.run_for(16s);
    ASSERT_TRUE(world.stop_task(task));
    EXPECT_EQ(world.task(task).state, TaskState::Stop);
    EXPECT_GT(world.task(task).counters.stop, 0);
    world.run_for(10min);
    EXPECT_TRUE(world.cells().empty());
    for (const auto& device : devices) {
        const bool stopped = world.job(task, device).state == JobState::Stopped;
        EXPECT_EQ(world.field.record(device).installs, stopped ? 0 : 1);
    }
    EXPECT_FALSE(world.stop_task(task)) << "it has ended";
}

TEST_F(Upgrade, TriesAFailedDeviceAgainAsThePolicySays) {
    const auto device =
        world.add_device(kGood, [](auto& nature) { nature.install_result = domain::pcp::ResultCode::InstallFailed; });
    const auto task = world.create_task({device}, {.retry_times = 2, .retry_interval = 1min});
    EXPECT_TRUE(world.run_until_ended(task, 1h));
    EXPECT_EQ(world.job(task, device).detail, "Firmware update failed");
    EXPECT_EQ(world.job(task, device).failures, 3U);
    EXPECT_EQ(world.field.record(device).installs, 3);
}

TEST_F(Upgrade, TellsTheApplicationEachPhaseOnceAndTheResultLast) {
    const auto device = world.add_device(kGood);
    const auto task = world.create_task({device});
    EXPECT_TRUE(world.run_until_ended(task, 10min));
    std::vector<std::string> told;
    for (const auto& push : world.pushes()) {
        told.push_back(push.phase.empty() ? (push.success ? "SUCCESS" : "FAIL") : push.phase);
    }
    EXPECT_THAT(told, ::testing::ElementsAre("downloading", "downloaded", "updating", "idle", "SUCCESS"));
}

TEST_F(Upgrade, ManagesDevicesThatAnswerNeitherNoticeNorExecute) {
    const auto devices = world.add_devices(5, kGood, [](auto& nature) {
        nature.answers_notice = false;
        nature.answers_execute = false;
    });
    const auto task = world.create_task(devices);
    EXPECT_TRUE(world.run_until_ended(task, 10min));
    expect_upgraded(task, devices);
}

TEST_F(Upgrade, ComesThroughLossDuplicationAndReordering) {
    world.field.set_radio({.loss = 0.2, .duplication = 0.1, .least_delay = 20ms, .most_delay = 9s});
    const auto devices = world.add_devices(40, kMiddling);
    const auto task = world.create_task(devices);
    EXPECT_TRUE(world.run_until_ended(task, 5h));
    expect_upgraded(task, devices);
    EXPECT_LE(world.field.most_at_once(kMiddlingKey), 10U);
    EXPECT_TRUE(world.cells().empty());
}

TEST_F(Upgrade, OffersWhatARaisedLimitFreesToTheWaitingAtOnce) {
    const auto devices = world.add_devices(12, kBad);
    const auto task = world.create_task(devices);
    ASSERT_TRUE(run_until_in_line(4));
    const auto waiting = world.cells()[0].waiting;
    ASSERT_EQ(world.cells()[0].in_use, 1U);
    world.set_limits({.level2 = 4}, {});
    EXPECT_EQ(world.cells()[0], (domain::CellLimiter::Usage{kBadKey, 4, 4, waiting - 3})) << "no time has passed";
    EXPECT_TRUE(world.run_until_ended(task, 2h));
    EXPECT_EQ(world.field.most_at_once(kBadKey), 4U);
    expect_upgraded(task, devices);
    EXPECT_TRUE(world.cells().empty());
}

TEST_F(Upgrade, TakesNoSlotAwayWhenALimitIsLoweredAndGrantsNoneAboveIt) {
    world.set_limits({.level2 = 4}, {});
    const auto devices = world.add_devices(12, kBad);
    const auto task = world.create_task(devices);
    ASSERT_TRUE(run_until_in_line(1));
    ASSERT_EQ(world.cells()[0].in_use, 4U);
    world.set_limits({.level2 = 2}, {});
    std::uint32_t most = 4;
    world.watch = [&] {
        for (const auto& usage : world.cells()) {
            EXPECT_LE(usage.in_use, most) << "a slot was granted above the limit";
            most = std::max(2U, std::min(most, usage.in_use));
        }
    };
    EXPECT_TRUE(world.run_until_ended(task, 2h));
    EXPECT_EQ(most, 2U);
    expect_upgraded(task, devices);
}

TEST_F(Upgrade, HoldsStagesToNewLimitsThatBeginAfterThem) {
    const auto silent = world.add_device(kBad, [](auto& nature) {
        nature.silent_at_chunk = 3;
        nature.silence = 12min;
    });
    const auto task = world.create_task({silent});
    world.set_limits({.level2 = 0}, {});
    ASSERT_TRUE(run_until_in_line(1));
    world.set_limits({}, {.download_idle = 20s});
    world.run_for(2min);
    EXPECT_EQ(world.job(task, silent).state, JobState::Suspended) << "by the former limit it had five minutes";
    EXPECT_TRUE(world.run_until_ended(task, 30min));
    expect_upgraded(task, {silent});
}

}  // namespace
}  // namespace cellwise::scenarios
