// SPDX-License-Identifier: Apache-2.0
#include "tests/domain/job_fixture.hpp"

#include "cellwise/domain/failure.hpp"

namespace cellwise::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class JobMachineExecute : public ::testing::TestWithParam<NamedResult> {};
TEST_P(JobMachineExecute, RefusedIsAFailure) {
    Conversation c;
    EXPECT_THAT(c.executing().tell(pcp::ExecuteReply{GetParam().code}),
                ElementsAre("ReleaseSlot", "Publish idle", "PublishResult"));
    EXPECT_EQ(c.job.detail, GetParam().detail);
}
INSTANTIATE_TEST_SUITE_P(Codes, JobMachineExecute,
                         ::testing::Values(NamedResult{ResultCode::InUse, failure::kInUse},
                                           NamedResult{ResultCode::LowBattery, failure::kLowBattery},
                                           NamedResult{ResultCode::InternalError, failure::kInternal}));

TEST(JobMachine, AcceptsAResultWithoutAnyExecuteReply) {
    Conversation c;
    c.executing().tell(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
    EXPECT_EQ(c.job.state, JobState::Succeeded);
}

TEST(JobMachine, NeverSaysExecuteTwiceToADeviceThatRunsTheTarget) {
    Conversation c;
    c.executing().tell(RequestUndelivered{Request::Execute});
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("AskVersion"));
    c.tell(pcp::VersionReply{ResultCode::Ok, version("V2.0")});
    EXPECT_EQ(c.job.state, JobState::Succeeded);
}

TEST(JobMachine, SaysExecuteAgainToADeviceThatProvedToRunTheOldVersion) {
    Conversation c;
    c.executing().tell(RequestUndelivered{Request::Execute});
    c.tell(DeviceHeard{});
    EXPECT_THAT(c.tell(pcp::VersionReply{ResultCode::Ok, version("V1.0")}), ElementsAre("SendExecute"));
    c.tell(pcp::ExecuteReply{ResultCode::InUse});
    EXPECT_EQ(c.job.state, JobState::Updating) << "the second 23 met a device that obeys the first";
}

TEST(JobMachine, SaysExecuteAgainToADeviceThatReportsItsDownloadAgain) {
    Conversation c;
    c.executing().tell(RequestUndelivered{Request::Execute});
    EXPECT_THAT(c.tell(pcp::DownloadReport{ResultCode::Ok}), ElementsAre("AnswerDownload 0", "SendExecute"));
}

TEST(JobMachine, DoesNotBelieveASuccessWithAnotherVersion) {
    Conversation c;
    c.updating().tell(pcp::UpgradeReport{ResultCode::Ok, version("V1.0")});
    EXPECT_EQ(c.job.state, JobState::Failed);
    EXPECT_THAT(c.job.detail, ::testing::AllOf(::testing::HasSubstr("V1.0"), ::testing::HasSubstr("V2.0")));
}

TEST(JobMachine, FailsWhenTheInstallationFailed) {
    Conversation c;
    c.updating().tell(pcp::UpgradeReport{ResultCode::InstallFailed, version("V1.0")});
    EXPECT_EQ(c.job.detail, "Firmware update failed");
}

TEST(JobMachine, LetsTheVersionDecideWhenNoResultCame) {
    for (const bool upgraded : {true, false}) {
        Conversation c;
        EXPECT_THAT(c.updating().after(30min).tell(DeadlinePassed{}), ElementsAre("AskVersion"));
        c.tell(pcp::VersionReply{ResultCode::Ok, version(upgraded ? "V2.0" : "V1.0")});
        EXPECT_EQ(c.job.state, upgraded ? JobState::Succeeded : JobState::Failed);
        EXPECT_EQ(c.job.detail, upgraded ? "" : "Wait for the device to report upgrade result timeout");
    }
}

TEST(JobMachine, FailsWhenTheLastQuestionMeetsSilence) {
    Conversation c;
    c.verifying().after(3min).tell(DeadlinePassed{});
    EXPECT_EQ(c.job.detail, "Updating timeout and query device version for check timeout");
    EXPECT_TRUE(c.job.timed_out);
}

TEST(JobMachine, NamesTheUnansweredExecuteWhenTheOldVersionStillRuns) {
    Conversation c;
    c.executing().after(30min).tell(DeadlinePassed{});
    c.tell(pcp::VersionReply{ResultCode::Ok, version("V1.0")});
    EXPECT_EQ(c.job.detail, "Waiting for device start to update timeout");
}

}  // namespace
}  // namespace cellwise::domain
