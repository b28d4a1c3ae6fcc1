// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/job_machine.hpp"

#include "tests/domain/job_fixture.hpp"
#include "tests/fakes/source_tree.hpp"

#include "cellwise/domain/command.hpp"
#include "cellwise/domain/failure.hpp"

#include <fstream>
#include <sstream>

namespace cellwise::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(JobMachine, UpgradesAHealthyDevice) {
    Conversation c;
    EXPECT_THAT(c.tell(Started{StartVerdict::Clear}), IsEmpty());
    EXPECT_EQ(c.job.state, JobState::WaitingOnline);
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("AskVersion"));
    EXPECT_THAT(c.tell(pcp::VersionReply{ResultCode::Ok, version("V1.0")}), ElementsAre("ReadRadio"));
    EXPECT_THAT(c.tell(RadioRead{kGoodRadio}), ElementsAre("RequestSlot tail"));
    EXPECT_EQ(c.job.cell, kGoodCell);
    EXPECT_THAT(c.tell(SlotGranted{}), ElementsAre("SendNotice"));
    EXPECT_TRUE(c.job.holds_slot);
    EXPECT_THAT(c.tell(pcp::NoticeReply{ResultCode::Ok}), ElementsAre("Publish downloading"));
    EXPECT_THAT(c.tell(c.wants_chunk(0)), ElementsAre("AnswerChunk 0"));
    EXPECT_FALSE(c.committed) << "serving a chunk changes nothing that is stored";
    EXPECT_THAT(c.tell(c.wants_chunk(1)), ElementsAre("AnswerChunk 1"));
    EXPECT_THAT(c.tell(pcp::DownloadReport{ResultCode::Ok}),
                ElementsAre("AnswerDownload 0", "Publish downloaded", "SendExecute"));
    EXPECT_EQ(c.job.state, JobState::Executing);
    EXPECT_THAT(c.tell(pcp::ExecuteReply{ResultCode::Ok}), ElementsAre("Publish updating"));
    EXPECT_THAT(c.tell(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")}),
                ElementsAre("AnswerUpgrade 0", "ReleaseSlot", "Publish idle", "PublishResult"));
    EXPECT_EQ(c.job.state, JobState::Succeeded);
    EXPECT_EQ(c.job.source_version, version("V1.0"));
    EXPECT_EQ(c.job.current_version, version("V2.0"));
    EXPECT_FALSE(c.job.holds_slot);
    EXPECT_EQ(c.job.ended_at, c.now);
}

TEST(JobMachine, BeginsWhenTheCommandOnItsWayHasEnded) {
    Conversation c;
    c.waiting_online();
    EXPECT_THAT(c.tell(DeviceHeard{.has_command = true}), IsEmpty());
    EXPECT_EQ(c.job.state, JobState::WaitingOnline);
    EXPECT_TRUE(c.handled);
    EXPECT_FALSE(c.committed);
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("AskVersion"));
    EXPECT_THAT(c.tell(RequestUndelivered{Request::Version}), IsEmpty());
    EXPECT_THAT(c.tell(DeviceHeard{.has_command = true}), ElementsAre("AskVersion")) << "what has begun goes on";
}

// Starting. ------------------------------------------------------------------------------------------------------

struct Refusal {
    StartVerdict verdict;
    std::string_view detail;
};
class JobMachineStart : public ::testing::TestWithParam<Refusal> {};
TEST_P(JobMachineStart, RefusesForGoodWhateverTheRetries) {
    Conversation c;
    c.plan.retry_times = 3;
    EXPECT_THAT(c.tell(Started{GetParam().verdict}), ElementsAre("PublishResult"));
    EXPECT_EQ(c.job.state, JobState::Failed);
    EXPECT_EQ(c.job.detail, GetParam().detail);
}
INSTANTIATE_TEST_SUITE_P(Verdicts, JobMachineStart,
                         ::testing::Values(Refusal{StartVerdict::Conflict, "Task Conflict"},
                                           Refusal{StartVerdict::Unsupported, failure::kUnsupported},
                                           Refusal{StartVerdict::Mismatch, failure::kMismatch}));

TEST(JobMachine, SendsNothingToADeviceThatRunsTheTarget) {
    Conversation c;
    EXPECT_THAT(c.querying().tell(pcp::VersionReply{ResultCode::Ok, version("V2.0")}), ElementsAre("PublishResult"));
    EXPECT_EQ(c.job.state, JobState::Succeeded);
    EXPECT_EQ(c.job.detail, "The current version is the same as the target version");
}

TEST(JobMachine, TakesSixteenZeroBytesForAnOlderVersion) {
    Conversation c;
    EXPECT_THAT(c.querying().tell(pcp::VersionReply{ResultCode::Ok, Version{}}), ElementsAre("ReadRadio"));
}

TEST(JobMachine, RefusesASourceVersionThatThePackageDoesNotSupport) {
    Conversation c;
    c.plan.source_versions = {"V0.*", "V1.?.1"};
    c.plan.retry_times = 2;
    EXPECT_THAT(c.querying().tell(pcp::VersionReply{ResultCode::Ok, version("V1.0")}), ElementsAre("PublishResult"));
    EXPECT_EQ(c.job.state, JobState::Failed);
}

TEST(JobMachine, FailsWithoutACell) {
    Conversation c;
    c.reading_radio().tell(RadioRead{RadioReport{.rsrp_dbm = -90, .sinr_db = 10}});
    EXPECT_EQ(c.job.state, JobState::Failed);
    EXPECT_EQ(c.job.detail, "Waiting for report cellId timeout");
}

// Asking again. --------------------------------------------------------------------------------------------------

TEST(JobMachine, AsksTheVersionAgainAtTheNextUplinkWhenTheQuestionWasNotHeard) {
    Conversation c;
    c.querying();
    EXPECT_THAT(c.tell(DeviceHeard{}), IsEmpty()) << "the question is under way";
    c.tell(RequestUndelivered{Request::Version});
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("AskVersion"));
}

TEST(JobMachine, AsksTheVersionAgainWhenAConfirmedQuestionStaysUnanswered) {
    Conversation c;
    c.querying().tell(RequestDelivered{Request::Version});
    EXPECT_EQ(c.job.idle_deadline, c.now + 30s);
    EXPECT_THAT(c.after(30s).tell(IdlePassed{}), ElementsAre("AskVersion"));
}

TEST(JobMachine, ReadsTheRadioAgainAtTheNextUplinkOnly) {
    Conversation c;
    c.reading_radio();
    EXPECT_THAT(c.tell(DeviceHeard{}), IsEmpty());
    c.tell(RequestUndelivered{Request::Radio});
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("ReadRadio"));
}

TEST(JobMachine, IgnoresTheFateOfARequestOfAnEarlierStage) {
    Conversation c;
    c.notifying().tell(RequestDelivered{Request::Notice});
    c.tell(RequestUndelivered{Request::Version});
    EXPECT_EQ(c.job.delivery, Delivery::Delivered);
}

// Retries, stops, ends. ------------------------------------------------------------------------------------------

TEST(JobMachine, TriesAgainAsOftenAsTheTaskAllows) {
    Conversation c;
    c.plan.retry_times = 2;
    c.plan.retry_interval = 10min;
    for (int attempt = 0; attempt < 2; ++attempt) {
        attempt == 0 ? c.querying() : (c.tell(DeviceHeard{}), c);
        EXPECT_THAT(c.after(3min).tell(DeadlinePassed{}), IsEmpty());
        EXPECT_EQ(c.job.state, JobState::WaitingRetry);
        c.after(10min).tell(DeadlinePassed{});
        EXPECT_EQ(c.job.state, JobState::WaitingOnline);
    }
    c.tell(DeviceHeard{});
    EXPECT_THAT(c.after(3min).tell(DeadlinePassed{}), ElementsAre("PublishResult"));
    EXPECT_EQ(c.job.detail, "Waiting for report device firmware version timeout");
}

TEST(JobMachine, CountsTheGoodNewsOfAnAttemptThatWasGivenUp) {
    Conversation c;
    c.plan.retry_times = 1;
    c.verifying().after(3min).tell(DeadlinePassed{});
    ASSERT_EQ(c.job.state, JobState::WaitingRetry);
    EXPECT_THAT(c.tell(pcp::UpgradeReport{ResultCode::InstallFailed, version("V1.0")}),
                ElementsAre("AnswerUpgrade 0"));
    c.tell(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
    EXPECT_EQ(c.job.state, JobState::Succeeded);
}

TEST(JobMachine, WaitsWithAnEarlyChunkRequestUntilTheNoticeIsSaid) {
    Conversation c;
    EXPECT_THAT(c.queued().tell(c.wants_chunk(3)), IsEmpty());
    EXPECT_THAT(c.tell(pcp::ChunkRequest{version("V9"), 3}), ElementsAre("RefuseChunk 128 3"));
    EXPECT_EQ(c.job.state, JobState::Queued);
}

TEST(JobMachine, StopsBeforeTheInstallationButNotDuringIt) {
    Conversation c;
    EXPECT_THAT(c.downloading().tell(StopRequested{}), ElementsAre("ReleaseSlot", "Publish idle", "PublishResult"));
    EXPECT_EQ(c.job.state, JobState::Stopped);
    Conversation installing;
    EXPECT_THAT(installing.updating().tell(StopRequested{}), IsEmpty());
    EXPECT_EQ(installing.job.state, JobState::Updating);
}

TEST(JobMachine, BeginsNothingAfterTheEndTime) {
    Conversation c;
    EXPECT_THAT(c.queued().tell(TaskEnded{}), ElementsAre("ReleaseSlot", "Publish idle", "PublishResult"));
    EXPECT_EQ(c.job.state, JobState::Failed);
    Conversation under_way;
    under_way.downloading().tell(TaskEnded{});
    EXPECT_EQ(under_way.job.state, JobState::Downloading);
}

TEST(JobMachine, StaysInLineAsLongAsTheDeviceComesBack) {
    Conversation c;
    c.queued();
    for (int hour = 0; hour < 100; ++hour) {
        EXPECT_THAT(c.after(1h).tell(DeviceHeard{}), ElementsAre("RequestSlot tail"));
        EXPECT_GT(*c.job.deadline, c.now);
    }
}

// Restart. -------------------------------------------------------------------------------------------------------

TEST(JobMachine, AsksBeforeRepeatingExecuteAfterARestart) {
    Conversation c;
    c.executing().tell(Recovered{});
    EXPECT_FALSE(c.committed);
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("AskVersion"));
}

TEST(JobMachine, SaysTheNoticeAtTheFirstUplinkAfterARestart) {
    Conversation c;
    c.notifying().tell(Recovered{});
    EXPECT_THAT(c.tell(DeviceHeard{}), ElementsAre("SendNotice"));
}

TEST(JobMachine, StandsInLineAgainAfterARestart) {
    Conversation c;
    EXPECT_THAT(c.queued().tell(Recovered{}), ElementsAre("RequestSlot tail"));
}

// Without a job. -------------------------------------------------------------------------------------------------

TEST(AnswerWithoutJob, SaysNoSuchTaskToRequestsAndNothingToReplies) {
    const auto answer = [](const pcp::DeviceMessage& message) {
        const auto effect = answer_without_job(message, nullptr);
        return effect ? words(*effect) : std::string("nothing");
    };
    EXPECT_EQ(answer(pcp::ChunkRequest{version("V2.0"), 7}), "RefuseChunk 128 7");
    EXPECT_EQ(answer(pcp::DownloadReport{ResultCode::Ok}), "AnswerDownload 128");
    EXPECT_EQ(answer(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")}), "AnswerUpgrade 128");
    EXPECT_EQ(answer(pcp::VersionReply{ResultCode::Ok, version("V2.0")}), "nothing");
    EXPECT_EQ(answer(pcp::NoticeReply{ResultCode::Ok}), "nothing");
    EXPECT_EQ(answer(pcp::ExecuteReply{ResultCode::DownloadTimeout}), "nothing");
}

TEST(AnswerWithoutJob, RepeatsTheAnswerOfAJobThatEnded) {
    Conversation c;
    c.updating().tell(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
    const auto again = answer_without_job(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")}, &c.job);
    ASSERT_TRUE(again);
    EXPECT_EQ(words(*again), "AnswerUpgrade 0");

    Conversation failed;
    failed.downloading().tell(pcp::DownloadReport{ResultCode::PackageCheckFailed});
    EXPECT_EQ(words(*answer_without_job(pcp::DownloadReport{ResultCode::PackageCheckFailed}, &failed.job)),
              "AnswerDownload 0");
    EXPECT_EQ(words(*answer_without_job(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")}, &failed.job)),
              "AnswerUpgrade 128");
}

TEST(JobTable, IsTheOneInTheDocumentation) {
    std::ifstream file(fakes::in_source_tree("docs/states.md"));
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), describe_job_table() + describe_command_table()) << "run scripts/generate_docs";
}

}  // namespace
}  // namespace cellwise::domain
