// SPDX-License-Identifier: Apache-2.0
// What holds a job back although its device is there: a pause of its task, and the word that the task asks for.
#include "tests/domain/job_fixture.hpp"

#include "cellwise/domain/failure.hpp"

namespace cellwise::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using enum JobState;

pcp::VersionReply runs(std::string_view text) { return {ResultCode::Ok, version(text)}; }

TEST(JobPause, BeginsNothingWithADeviceThatIsHeard) {
    Conversation c;
    c.waiting_online();
    c.plan.paused = true;
    EXPECT_THAT(c.tell(DeviceHeard{}), IsEmpty());
    EXPECT_EQ(c.job.state, WaitingOnline);
    c.plan.paused = false;
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("AskVersion"));
}

TEST(JobPause, LetsGoOnWhatHasBegun) {
    Conversation c;
    c.querying();
    c.plan.paused = true;
    EXPECT_THAT(c.tell(runs("V1.0")), ElementsAre("ReadRadio"));
    EXPECT_THAT(c.tell(RadioRead{kGoodRadio}), ElementsAre("RequestSlot tail"));
    Conversation downloads;
    downloads.downloading();
    downloads.plan.paused = true;
    EXPECT_THAT(downloads.tell(downloads.wants_chunk(1)), ElementsAre("AnswerChunk 1"));
    EXPECT_THAT(downloads.tell(pcp::DownloadReport{ResultCode::Ok}),
                ElementsAre("AnswerDownload 0", "Publish downloaded", "SendExecute"));
}

TEST(JobPause, DoesNotCountIntoTheTimeThatADeviceIsWaitedFor) {
    Conversation c;
    c.waiting_online();
    c.plan.paused = true;
    c.after(24h).tell(DeadlinePassed{});
    EXPECT_EQ(c.job.state, WaitingOnline);
    EXPECT_EQ(c.job.deadline, c.now + 24h);
    EXPECT_TRUE(c.committed);

    c.plan.resumed_at = c.now + 10h;
    c.plan.paused = false;
    c.after(24h).tell(DeadlinePassed{});
    EXPECT_EQ(c.job.state, WaitingOnline) << "it was resumed 14 hours ago";
    EXPECT_EQ(c.job.deadline, *c.plan.resumed_at + 24h);
    c.after(10h).tell(DeadlinePassed{});
    EXPECT_EQ(c.job.state, Failed);
    EXPECT_EQ(c.job.detail, failure::kWaitOnline);
}

TEST(JobPause, KeepsThePlaceInLine) {
    Conversation c;
    c.queued();
    c.plan.paused = true;
    c.after(24h).tell(DeadlinePassed{});
    EXPECT_EQ(c.job.state, Queued);
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("RequestSlot tail"));
}

TEST(JobPause, IsNoShelterFromTheEndTimeOrAStop) {
    Conversation c;
    c.waiting_online();
    c.plan.paused = true;
    c.tell(TaskEnded{});
    EXPECT_EQ(c.job.detail, failure::kEndTime);
    Conversation stopped;
    stopped.queued();
    stopped.plan.paused = true;
    EXPECT_THAT(stopped.tell(StopRequested{}), ElementsAre("ReleaseSlot", "Publish idle", "PublishResult"));
}

class JobConfirmation : public ::testing::Test {
 protected:
    Conversation c;
    void SetUp() override { c.plan.confirm = true; }
};

TEST_F(JobConfirmation, IsWaitedForWhenAnUpgradeIsNeeded) {
    c.querying();
    EXPECT_THAT(c.tell(runs("V1.0")), IsEmpty());
    EXPECT_EQ(c.job.state, WaitingConfirmation);
    EXPECT_EQ(c.job.source_version, version("V1.0"));
    EXPECT_EQ(c.job.deadline, c.now + 24h);
    EXPECT_THAT(c.tell(DeviceHeard{}), IsEmpty());
    EXPECT_TRUE(c.handled);
}

TEST_F(JobConfirmation, IsNotAskedForWhereNothingIsToBeDone) {
    c.querying();
    c.tell(runs("V2.0"));
    EXPECT_EQ(c.job.state, Succeeded);
    Conversation other;
    other.plan.confirm = true;
    other.plan.source_versions = {"V9.*"};
    other.querying();
    other.tell(runs("V1.0"));
    EXPECT_EQ(other.job.detail, failure::kSourceVersion);
}

TEST_F(JobConfirmation, LetsTheUpgradeBeginWhenTheDeviceIsHeardNext) {
    c.querying().tell(runs("V1.0"));
    EXPECT_THAT(c.after(20h).tell(Confirmed{}), IsEmpty());
    EXPECT_EQ(c.job.state, WaitingOnline);
    EXPECT_EQ(c.job.deadline, c.now + 24h);
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("AskVersion"));
    EXPECT_THAT(c.tell(runs("V1.0")), ElementsAre("ReadRadio")) << "asked for once";
}

TEST_F(JobConfirmation, HoldsForFurtherAttempts) {
    c.plan.retry_times = 1;
    c.querying().tell(runs("V1.0"));
    c.tell(Confirmed{});
    c.tell(DeviceHeard{});
    c.tell(runs("V1.0"));
    c.tell(RadioRead{});
    ASSERT_EQ(c.job.state, WaitingRetry);
    c.tell(DeadlinePassed{});
    c.tell(DeviceHeard{});
    EXPECT_THAT(c.tell(runs("V1.0")), ElementsAre("ReadRadio"));
}

TEST_F(JobConfirmation, IsWaitedForUntilTheEndTimeOfTheTask) {
    c.plan.end_time = c.now + 100h;
    c.querying().tell(runs("V1.0"));
    EXPECT_EQ(c.job.deadline, c.now + 100h);
    c.tell(TaskEnded{});
    EXPECT_EQ(c.job.detail, failure::kEndTime);
}

TEST_F(JobConfirmation, FailsTheJobWhenItDoesNotCome) {
    c.querying().tell(runs("V1.0"));
    EXPECT_THAT(c.after(24h).tell(DeadlinePassed{}), ElementsAre("PublishResult"));
    EXPECT_EQ(c.job.detail, failure::kConfirmation);
    EXPECT_TRUE(c.job.timed_out);
}

TEST_F(JobConfirmation, IsMeantForNoOtherState) {
    c.querying();
    c.tell(Confirmed{});
    EXPECT_FALSE(c.handled);
    EXPECT_FALSE(c.job.confirmed);
}

TEST_F(JobConfirmation, CanBeForgoneByAStop) {
    c.querying().tell(runs("V1.0"));
    c.tell(StopRequested{});
    EXPECT_EQ(c.job.state, Stopped);
}

}  // namespace
}  // namespace cellwise::domain
