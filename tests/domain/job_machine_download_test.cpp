// SPDX-License-Identifier: Apache-2.0
#include "tests/domain/job_fixture.hpp"

#include "cellwise/domain/failure.hpp"

namespace cellwise::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Notice. --------------------------------------------------------------------------------------------------------

TEST(JobMachine, TakesAChunkRequestForAcceptance) {
    Conversation c;
    EXPECT_THAT(c.notifying().tell(c.wants_chunk(0)), ElementsAre("AnswerChunk 0", "Publish downloading"));
    EXPECT_EQ(c.job.state, JobState::Downloading);
    EXPECT_TRUE(c.committed);
}

TEST(JobMachine, ResumesAtWhateverChunkTheDeviceAsksFor) {
    Conversation c;
    EXPECT_THAT(c.notifying().tell(c.wants_chunk(7)), ElementsAre("AnswerChunk 7", "Publish downloading"));
}

TEST(JobMachine, TakesADownloadResultForAcceptance) {
    Conversation c;
    EXPECT_THAT(c.notifying().tell(pcp::DownloadReport{ResultCode::Ok}),
                ElementsAre("AnswerDownload 0", "Publish downloaded", "SendExecute"));
    EXPECT_EQ(c.job.state, JobState::Executing);
}

class JobMachineNotice : public ::testing::TestWithParam<NamedResult> {};
TEST_P(JobMachineNotice, RefusedIsAFailure) {
    Conversation c;
    EXPECT_THAT(c.notifying().tell(pcp::NoticeReply{GetParam().code}),
                ElementsAre("ReleaseSlot", "Publish idle", "PublishResult"));
    EXPECT_EQ(c.job.state, JobState::Failed);
    EXPECT_EQ(c.job.detail, GetParam().detail);
}
INSTANTIATE_TEST_SUITE_P(
    Codes, JobMachineNotice,
    ::testing::Values(NamedResult{ResultCode::InUse, failure::kInUse},
                      NamedResult{ResultCode::WeakSignal, failure::kWeakSignal},
                      NamedResult{ResultCode::AlreadyLatest, failure::kAlreadyLatest},
                      NamedResult{ResultCode::LowBattery, failure::kLowBattery},
                      NamedResult{ResultCode::NoSpace, "Not enough storage for the new firmware package"},
                      NamedResult{ResultCode::OutOfMemory, "Out of memory during downloading process"},
                      NamedResult{ResultCode::InternalError, failure::kInternal}));

TEST(JobMachine, IsNotPutOffByInUseWhenTheNoticeWasSaidTwice) {
    Conversation c;
    c.notifying().tell(RequestUndelivered{Request::Notice});
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("SendNotice"));
    EXPECT_THAT(c.tell(pcp::NoticeReply{ResultCode::InUse}), IsEmpty());
    EXPECT_EQ(c.job.state, JobState::Notifying);
}

TEST(JobMachine, GivesTheSlotBackWhenANoticeMeetsSilence) {
    Conversation c;
    EXPECT_THAT(c.notifying().after(30s).tell(IdlePassed{}), ElementsAre("SendNotice"));
    EXPECT_THAT(c.after(270s).tell(IdlePassed{}), ElementsAre("ReleaseSlot"));
    EXPECT_EQ(c.job.state, JobState::Suspended);
}

TEST(JobMachine, FailsWhenNoDownloadBeginsWithinTheDownloadLimit) {
    Conversation c;
    c.notifying().after(60min).tell(DeadlinePassed{});
    EXPECT_EQ(c.job.detail, "Waiting for device start download package timeout");
    EXPECT_TRUE(c.job.timed_out);
}

// Download. ------------------------------------------------------------------------------------------------------

TEST(JobMachine, RefusesAChunkOfAnotherVersionOrPastTheEnd) {
    Conversation c;
    c.downloading();
    EXPECT_THAT(c.tell(pcp::ChunkRequest{version("V9"), 3}), ElementsAre("RefuseChunk 128 3"));
    EXPECT_THAT(c.tell(c.wants_chunk(10)), ElementsAre("RefuseChunk 129 10"));
    EXPECT_THAT(c.tell(c.wants_chunk(9)), ElementsAre("AnswerChunk 9"));
    EXPECT_EQ(c.job.state, JobState::Downloading);
}

TEST(JobMachine, AnswersEveryRepeatAndCountsItOnce) {
    Conversation c;
    c.downloading();
    for (int i = 0; i < 3; ++i) EXPECT_THAT(c.tell(c.wants_chunk(4)), ElementsAre("AnswerChunk 4"));
    c.tell(pcp::DownloadReport{ResultCode::Ok});
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(c.tell(pcp::DownloadReport{ResultCode::Ok}), ElementsAre("AnswerDownload 0"));
    }
    EXPECT_EQ(c.job.executes_sent, 1U);
    c.tell(pcp::ExecuteReply{ResultCode::Ok});
    EXPECT_THAT(c.tell(pcp::DownloadReport{ResultCode::Ok}), ElementsAre("AnswerDownload 0"));
    EXPECT_THAT(c.tell(c.wants_chunk(9)), ElementsAre("AnswerChunk 9"));
    EXPECT_EQ(c.job.state, JobState::Updating);
}

TEST(JobMachine, IgnoresAnUnsolicitedExecuteReply) {
    Conversation c;
    EXPECT_THAT(c.downloading().tell(pcp::ExecuteReply{ResultCode::DownloadTimeout}), IsEmpty());
    EXPECT_FALSE(c.handled);
    EXPECT_EQ(c.job.state, JobState::Downloading);
}

class JobMachineDownload : public ::testing::TestWithParam<NamedResult> {};
TEST_P(JobMachineDownload, ReportedAsFailedIsAnsweredAndFails) {
    Conversation c;
    EXPECT_THAT(c.downloading().tell(pcp::DownloadReport{GetParam().code}),
                ElementsAre("AnswerDownload 0", "ReleaseSlot", "Publish idle", "PublishResult"));
    EXPECT_EQ(c.job.detail, GetParam().detail);
}
INSTANTIATE_TEST_SUITE_P(
    Codes, JobMachineDownload,
    ::testing::Values(NamedResult{ResultCode::NoSpace, "Not enough storage for the new firmware package"},
                      NamedResult{ResultCode::DownloadTimeout, "Connection lost during downloading process"},
                      NamedResult{ResultCode::PackageCheckFailed,
                                  "Integrity check failure for new downloaded package"},
                      NamedResult{ResultCode::PackageTypeUnsupported, "Unsupported package type"}));

TEST(JobMachine, GivesTheSlotOfASilentDownloadBackAndResumesAtItsChunk) {
    Conversation c;
    EXPECT_THAT(c.downloading().after(5min).tell(IdlePassed{}), ElementsAre("ReleaseSlot"));
    EXPECT_EQ(c.job.state, JobState::Suspended);
    EXPECT_THAT(c.after(10min).tell(c.wants_chunk(6)), ElementsAre("RequestSlot head"));
    EXPECT_THAT(c.tell(SlotGranted{}), ElementsAre("AnswerChunk 6"));
    EXPECT_EQ(c.job.state, JobState::Downloading);
    EXPECT_TRUE(c.job.holds_slot);
}

TEST(JobMachine, RemindsAResumedDeviceThatOnlyShowedUp) {
    Conversation c;
    EXPECT_THAT(c.suspended().tell(DeviceHeard{}), ElementsAre("RequestSlot head"));
    EXPECT_THAT(c.tell(SlotGranted{}), ElementsAre("SendNotice"));
    EXPECT_EQ(c.job.state, JobState::Notifying);
}

TEST(JobMachine, HoldsADownloadResultUntilThereIsASlot) {
    Conversation c;
    EXPECT_THAT(c.suspended().tell(pcp::DownloadReport{ResultCode::Ok}), ElementsAre("RequestSlot head"));
    EXPECT_THAT(c.tell(SlotGranted{}), ElementsAre("AnswerDownload 0", "Publish downloaded", "SendExecute"));
    EXPECT_TRUE(c.job.holds_slot);
}

TEST(JobMachine, MeasuresTheDownloadFromItsFirstNoticeThroughSuspension) {
    Conversation c;
    c.notifying();
    const auto limit = c.job.deadline;
    c.tell(c.wants_chunk(0));
    c.after(5min).tell(IdlePassed{});
    c.after(10min).tell(DeviceHeard{});
    c.tell(SlotGranted{});
    EXPECT_EQ(c.job.deadline, limit);
    c.now = *limit;
    c.tell(IdlePassed{});
    c.tell(DeadlinePassed{});
    EXPECT_EQ(c.job.state, JobState::Failed);
}

TEST(JobMachine, RemindsADownloaderThatRebooted) {
    Conversation c;
    EXPECT_THAT(c.downloading().tell(DeviceHeard{}), IsEmpty()) << "it asked just now";
    EXPECT_THAT(c.after(30s).tell(DeviceHeard{}), ElementsAre("SendNotice"));
    EXPECT_THAT(c.tell(DeviceHeard{}), IsEmpty()) << "the reminder is under way";
    c.tell(RequestDelivered{Request::Notice});
    c.tell(pcp::NoticeReply{ResultCode::Ok});
    EXPECT_THAT(c.tell(DeviceHeard{}), IsEmpty()) << "else answer and reminder would chase each other";
}

TEST(JobMachine, HoldsTheSlotOnlyForTheDownloadIfSoConfigured) {
    Conversation c;
    c.plan.hold = SlotHold::Download;
    EXPECT_THAT(c.downloading().tell(pcp::DownloadReport{ResultCode::Ok}),
                ElementsAre("AnswerDownload 0", "ReleaseSlot", "Publish downloaded", "SendExecute"));
    EXPECT_FALSE(c.job.holds_slot);
    EXPECT_THAT(c.tell(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")}),
                ElementsAre("AnswerUpgrade 0", "Publish idle", "PublishResult"));
}

}  // namespace
}  // namespace cellwise::domain
