// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade_timeline.hpp"

#include "tests/scenarios/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class UpgradeTimeline : public ::testing::Test {
 protected:
    scenarios::World world;
    void SetUp() override { world.start_process(); }
};

TEST_F(UpgradeTimeline, TellsAnUpgradeStepByStep) {
    const auto device = world.add_device(scenarios::kGood);
    const auto task = world.create_task({device});
    EXPECT_THAT(world.timeline(device), IsEmpty());
    EXPECT_TRUE(world.run_until_ended(task, 10min));
    EXPECT_THAT(world.timeline(device),
                ElementsAre("job waiting_online", "job querying", "version V1.0", "job reading_radio",
                            "radio cell 4242, RSRP -97.0 dBm, SINR 9.0 dB", "job queued", "job notifying",
                            "job downloading", "job executing", "job updating", "version V2.0", "job succeeded"));
}

TEST_F(UpgradeTimeline, SaysWhyAJobFailed) {
    const auto device = world.add_device({.rsrp_dbm = -90});
    const auto task = world.create_task({device});
    EXPECT_TRUE(world.run_until_ended(task, 10min));
    std::optional<domain::TimelineEntry> last;
    world.change([&](ports::Transaction& tx) -> Status {
        last = tx.timeline().list(device, {.limit = 1})->items.at(0);
        return Status{};
    });
    EXPECT_EQ(last->kind, domain::TimelineKind::Job);
    EXPECT_EQ(last->state, "failed");
    EXPECT_EQ(last->detail, "Waiting for report cellId timeout");
    EXPECT_EQ(last->task, task);
    EXPECT_EQ(last->job, world.job(task, device).id);
}

TEST_F(UpgradeTimeline, CostsNoCommitOfItsOwn) {
    const auto device = world.add_device(scenarios::kGood);
    const auto task = world.create_task({device});
    std::size_t seen = 0;
    auto commits = world.commits();
    world.watch = [&] {
        const auto entries = world.timeline(device).size();
        EXPECT_TRUE(entries == seen || world.commits() > commits);
        seen = entries;
        commits = world.commits();
    };
    EXPECT_TRUE(world.run_until_ended(task, 10min));
    world.watch = [] {};
    EXPECT_GE(seen, 12U);
    EXPECT_LE(world.commits(), 30U) << "about one a change of state";
}

TEST(TimelineOf, IsEmptyWhereNothingChanged) {
    const domain::Job job{.state = domain::JobState::Downloading};
    const auto timeline = timeline_of(trace_of(job), job, domain::DeviceHeard{}, from_unix_ms(1));
    EXPECT_FALSE(timeline.heard_version);
    EXPECT_TRUE(timeline.entries.empty());
}

}  // namespace
}  // namespace cellwise::app
