// SPDX-License-Identifier: Apache-2.0
#include "domain/mqtt_actions.hpp"

#include "tests/domain/job_fixture.hpp"

#include "cellwise/domain/failure.hpp"

namespace cellwise::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The way of a healthy MQTT device.
class MqttJob : public ::testing::Test {
 protected:
    MqttJob() { c_.plan.protocol = UpgradeProtocol::Mqtt; }

    std::vector<std::string> tell(const Event& event) { return c_.tell(event); }
    void querying() { c_.querying(); }
    void notifying() {
        querying();
        tell(VersionReported{version("V1.0")});
        tell(RadioRead{kGoodRadio});
        tell(SlotGranted{});
        tell(RequestDelivered{Request::Notice});
        ASSERT_EQ(c_.job.state, JobState::Notifying);
    }
    void downloading() {
        notifying();
        tell(TransferStarted{});
        ASSERT_EQ(c_.job.state, JobState::Downloading);
    }
    void updating() {
        downloading();
        tell(TransferEnded{.whole = true});
        ASSERT_EQ(c_.job.state, JobState::Updating);
    }
    void verifying() {
        updating();
        c_.after(30min).tell(IdlePassed{});
        ASSERT_EQ(c_.job.state, JobState::Verifying);
    }
    ProgressReported done() const { return {.result_code = 0, .progress = 100, .version = c_.plan.target_version}; }

    Conversation c_;
};

TEST_F(MqttJob, UpgradesAHealthyDevice) {
    EXPECT_THAT(tell(Started{StartVerdict::Clear}), IsEmpty());
    EXPECT_THAT(tell(DeviceHeard{}), ElementsAre("AskVersion"));
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), ElementsAre("ReadRadio"));
    EXPECT_THAT(tell(RadioRead{kGoodRadio}), ElementsAre("RequestSlot tail"));
    EXPECT_EQ(c_.job.cell, kGoodCell) << "out of the same slots as the NB-IoT devices of the cell";
    EXPECT_THAT(tell(SlotGranted{}), ElementsAre("SendNotice"));
    EXPECT_TRUE(c_.committed) << "the notice's token is stored before it leaves";
    EXPECT_EQ(c_.job.deadline, c_.now + 24h);
    EXPECT_THAT(tell(TransferStarted{}), ElementsAre("Publish downloading"));
    EXPECT_THAT(tell(TransferMoved{4}), IsEmpty());
    EXPECT_FALSE(c_.committed);
    EXPECT_EQ(c_.job.chunks_served, 4U);
    EXPECT_THAT(tell(TransferEnded{.whole = true}), ElementsAre("Publish downloaded", "Publish updating"));
    EXPECT_EQ(c_.job.state, JobState::Updating);
    EXPECT_TRUE(c_.job.holds_slot);
    EXPECT_THAT(tell(done()), ElementsAre("ReleaseSlot", "Publish idle", "PublishResult"));
    EXPECT_EQ(c_.job.state, JobState::Succeeded);
    EXPECT_EQ(c_.job.current_version, version("V2.0"));
}

TEST_F(MqttJob, SendsNothingToADeviceThatRunsTheTarget) {
    querying();
    EXPECT_THAT(tell(VersionReported{version("V2.0")}), ElementsAre("PublishResult"));
    EXPECT_EQ(c_.job.state, JobState::Succeeded);
    EXPECT_EQ(c_.job.detail, failure::kSameVersion);
}

TEST_F(MqttJob, DoesWithoutACellWhenItsRadioIsNotToldInTime) {
    querying();
    tell(VersionReported{version("V1.0")});
    EXPECT_THAT(tell(RequestUndelivered{Request::Radio}), IsEmpty());
    EXPECT_THAT(c_.after(3min).tell(DeadlinePassed{}), ElementsAre("RequestSlot tail"));
    EXPECT_EQ(c_.job.state, JobState::Queued);
    EXPECT_EQ(c_.job.cell, (CellKey{CellId{}, CoverageClass::NoCell}));
}

TEST_F(MqttJob, RefusesASourceVersionBeforeItLooksAtTheRadio) {
    c_.plan.source_versions = {"V0.*"};
    querying();
    tell(VersionReported{version("V1.0")});
    EXPECT_EQ(c_.job.state, JobState::Failed);
    EXPECT_EQ(c_.job.detail, failure::kSourceVersion);
}

TEST_F(MqttJob, StandsInTheLineOfThoseWithoutACell) {
    querying();
    tell(VersionReported{version("V1.0")});
    EXPECT_THAT(tell(RadioRead{RadioReport{.rsrp_dbm = -90, .sinr_db = 10}}), ElementsAre("RequestSlot tail"));
    EXPECT_EQ(c_.job.cell, (CellKey{CellId{}, CoverageClass::NoCell}));
}

TEST_F(MqttJob, WaitsWhenTheReportNamesNoVersion) {
    querying();
    EXPECT_THAT(tell(VersionReported{}), IsEmpty());
    EXPECT_EQ(c_.job.state, JobState::Querying);
}

// The results. ----------------------------------------------------------------------------------------------------

struct Report {
    ProgressReported report;
    JobState state;
    std::string_view detail;
};
class MqttResult : public MqttJob, public ::testing::WithParamInterface<Report> {};
TEST_P(MqttResult, IsJudgedByCodeVersionAndProgress) {
    downloading();
    tell(GetParam().report);
    EXPECT_EQ(c_.job.state, GetParam().state);
    EXPECT_EQ(c_.job.detail, GetParam().detail);
    EXPECT_EQ(c_.job.holds_slot, !is_finished(GetParam().state));
}
const Version kTarget = version("V2.0");
const Version kOld = version("V1.0");
INSTANTIATE_TEST_SUITE_P(
    Reports, MqttResult,
    ::testing::Values(Report{{0, 100, kTarget}, JobState::Succeeded, ""},
                      Report{{0, {}, kTarget}, JobState::Succeeded, ""},
                      Report{{0, 40, kTarget}, JobState::Downloading, ""},
                      Report{{0, 100, kOld}, JobState::Downloading, ""},
                      Report{{0, 100, {}}, JobState::Downloading, ""}, Report{{0, {}, {}}, JobState::Downloading, ""},
                      Report{{3, {}, kTarget}, JobState::Succeeded, ""},
                      Report{{3, {}, {}}, JobState::Failed, failure::kAlreadyLatest},
                      Report{{3, 100, kOld}, JobState::Failed, failure::kAlreadyLatest},
                      Report{{1, {}, {}}, JobState::Failed, failure::kInUse},
                      Report{{2, {}, {}}, JobState::Failed, failure::kWeakSignal},
                      Report{{4, {}, {}}, JobState::Failed, failure::kLowBattery},
                      Report{{5, {}, {}}, JobState::Failed, failure::kNoSpace},
                      Report{{6, {}, {}}, JobState::Failed, failure::kConnectionLost},
                      Report{{7, 100, kTarget}, JobState::Failed, failure::kIntegrity},
                      Report{{8, {}, {}}, JobState::Failed, failure::kPackageType},
                      Report{{9, {}, {}}, JobState::Failed, failure::kOutOfMemory},
                      Report{{10, {}, {}}, JobState::Failed, failure::kInstallFailed},
                      Report{{255, {}, {}}, JobState::Failed, failure::kInternal},
                      Report{{127, {}, {}}, JobState::Failed, "The device reported result 127"},
                      Report{{77, {}, {}}, JobState::Failed, "The device reported result 77"},
                      Report{{-1, {}, {}}, JobState::Failed, "The device reported result -1"},
                      Report{{263, {}, {}}, JobState::Failed, "The device reported result 263"}));

TEST_F(MqttJob, IsRetriedAsItsTaskSays) {
    c_.plan.retry_times = 1;
    c_.plan.retry_interval = 10min;
    downloading();
    EXPECT_THAT(tell(ProgressReported{.result_code = 6}), ElementsAre("ReleaseSlot"));
    EXPECT_EQ(c_.job.state, JobState::WaitingRetry);
    c_.after(10min).tell(DeadlinePassed{});
    EXPECT_THAT(tell(DeviceHeard{}), ElementsAre("AskVersion"));
}

TEST_F(MqttJob, BelievesALateSuccessOfAnAttemptThatWasGivenUp) {
    c_.plan.retry_times = 1;
    downloading();
    tell(ProgressReported{.result_code = 6});
    tell(ProgressReported{.result_code = 10});
    EXPECT_EQ(c_.job.state, JobState::WaitingRetry) << "old bad news";
    tell(done());
    EXPECT_EQ(c_.job.state, JobState::Succeeded);
}

// Silence. --------------------------------------------------------------------------------------------------------

TEST_F(MqttJob, LeavesADeviceAloneThatIsOfflineForTheWholeDownload) {
    downloading();
    EXPECT_THAT(tell(DeviceHeard{}), IsEmpty());
    EXPECT_THAT(c_.after(23h).tell(DeviceHeard{}), IsEmpty());
    EXPECT_EQ(c_.job.state, JobState::Downloading);
    EXPECT_TRUE(c_.job.holds_slot);
}

TEST_F(MqttJob, AsksTheVersionWhenADeviceComesBackWithoutAResult) {
    updating();
    EXPECT_THAT(tell(SessionBegan{}), ElementsAre("AskVersion"));
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), IsEmpty()) << "it may install yet";
    EXPECT_EQ(c_.job.state, JobState::Updating);
    tell(VersionReported{version("V2.0")});
    EXPECT_EQ(c_.job.state, JobState::Succeeded);
}

TEST_F(MqttJob, RepeatsTheNoticeOnlyWhenAskedAndNoDownloadWasSeen) {
    notifying();
    EXPECT_THAT(tell(DeviceHeard{}), IsEmpty());
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), IsEmpty()) << "unasked";
    EXPECT_THAT(c_.after(1min).tell(SessionBegan{}), ElementsAre("AskVersion"));
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), ElementsAre("SendNotice"));
    EXPECT_TRUE(c_.committed);
    tell(TransferStarted{});
    EXPECT_THAT(tell(SessionBegan{}), ElementsAre("AskVersion"));
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), IsEmpty()) << "it is at it";
}

TEST_F(MqttJob, RepeatsTheNoticeAfterADownloadThatBrokeOffAndASilence) {
    downloading();
    tell(TransferEnded{.whole = false});
    tell(SessionBegan{});
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), IsEmpty()) << "it may go on in a moment";
    EXPECT_THAT(c_.after(5min).tell(IdlePassed{}), ElementsAre("AskVersion"));
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), ElementsAre("SendNotice"));
}

TEST_F(MqttJob, SaysTheNoticeAgainWhenTheBrokerNeverHadIt) {
    querying();
    tell(VersionReported{version("V1.0")});
    tell(RadioRead{kGoodRadio});
    tell(SlotGranted{});
    tell(RequestUndelivered{Request::Notice});
    EXPECT_THAT(tell(DeviceHeard{}), ElementsAre("SendNotice"));
}

TEST_F(MqttJob, GrowsPatientWithEveryNotice) {
    notifying();
    EXPECT_EQ(c_.job.idle_deadline, c_.now + 5min);
    c_.after(5min).tell(IdlePassed{});
    tell(VersionReported{version("V1.0")});
    EXPECT_EQ(c_.job.notices_sent, 2U);
    EXPECT_EQ(c_.job.idle_deadline, c_.now + 10min);
}

TEST_F(MqttJob, VerifiesByTheVersionWhenNoResultComes) {
    verifying();
    EXPECT_EQ(c_.job.idle_deadline, c_.now + 3min);
    tell(VersionReported{version("V1.0")});
    EXPECT_EQ(c_.job.state, JobState::Failed);
    EXPECT_EQ(c_.job.detail, failure::kUpdateResult);
    EXPECT_TRUE(c_.job.timed_out);
}

TEST_F(MqttJob, FailsWhenItIsThereAndDoesNotAnswerTheLastQuestion) {
    verifying();
    tell(RequestDelivered{Request::Version});
    c_.after(3min).tell(IdlePassed{});
    EXPECT_EQ(c_.job.detail, failure::kVerifyVersion);
}

TEST_F(MqttJob, WaitsWithTheLastQuestionForADeviceThatIsGone) {
    verifying();
    const auto limit = c_.job.deadline;
    tell(RequestUndelivered{Request::Version});
    c_.after(3min).tell(IdlePassed{});
    EXPECT_EQ(c_.job.state, JobState::Verifying);
    EXPECT_EQ(c_.job.deadline, limit) << "the 24 hours of the notice";
    EXPECT_THAT(c_.after(5h).tell(DeviceHeard{}), ElementsAre("AskVersion"));
    tell(VersionReported{version("V2.0")});
    EXPECT_EQ(c_.job.state, JobState::Succeeded);
}

TEST_F(MqttJob, GivesTimeToInstallFromTheLastTransferOn) {
    updating();  // it asked for the last bytes only, to see how long the file is
    tell(TransferStarted{});
    c_.after(30min).tell(IdlePassed{});
    EXPECT_EQ(c_.job.state, JobState::Updating);
    c_.after(10min).tell(TransferEnded{.whole = true});
    EXPECT_EQ(c_.job.idle_deadline, c_.now + 30min);
    c_.after(30min).tell(IdlePassed{});
    EXPECT_EQ(c_.job.state, JobState::Verifying);
}

// Limits. ---------------------------------------------------------------------------------------------------------

TEST_F(MqttJob, FailsAfterADayWithoutADownload) {
    notifying();
    c_.after(24h).tell(DeadlinePassed{});
    EXPECT_EQ(c_.job.detail, failure::kStartDownload);
}

TEST_F(MqttJob, LetsATransferThatBeganInTimeFinish) {
    downloading();
    c_.after(24h).tell(DeadlinePassed{});
    ASSERT_EQ(c_.job.state, JobState::Downloading);
    EXPECT_EQ(c_.job.deadline, c_.now + 5min);
    EXPECT_TRUE(c_.committed);
    c_.after(1h).tell(TransferEnded{.whole = true});
    EXPECT_EQ(c_.job.state, JobState::Updating);
}

TEST_F(MqttJob, FailsAfterADayWhenNothingIsBeingTransferred) {
    downloading();
    tell(TransferEnded{.whole = false});
    c_.after(24h).tell(DeadlinePassed{});
    EXPECT_EQ(c_.job.detail, failure::kDownload);
}

TEST_F(MqttJob, GivesItsSlotBackAfterTheDownloadIfThatIsTheRule) {
    c_.plan.hold = SlotHold::Download;
    downloading();
    EXPECT_THAT(tell(TransferEnded{.whole = true}),
                ElementsAre("ReleaseSlot", "Publish downloaded", "Publish updating"));
    EXPECT_FALSE(c_.job.holds_slot);
}

TEST_F(MqttJob, IsStoppedUntilItHasThePackage) {
    downloading();
    tell(StopRequested{});
    EXPECT_EQ(c_.job.state, JobState::Stopped);
}

TEST_F(MqttJob, GoesOnWhenStoppedWhileItInstalls) {
    updating();
    tell(StopRequested{});
    EXPECT_EQ(c_.job.state, JobState::Updating);
}

// A restart of the daemon. ----------------------------------------------------------------------------------------

TEST_F(MqttJob, CountsNoTransfersFromBeforeARestart) {
    downloading();
    EXPECT_EQ(c_.job.transfers, 1U);
    tell(Recovered{});
    EXPECT_EQ(c_.job.transfers, 0U);
    EXPECT_THAT(c_.after(5min).tell(IdlePassed{}), ElementsAre("AskVersion"));
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), ElementsAre("SendNotice"));
}

TEST_F(MqttJob, DoesNotRepeatANoticeToWhoWasToldJustNow) {
    notifying();
    EXPECT_THAT(tell(SessionBegan{}), ElementsAre("AskVersion"));
    EXPECT_THAT(c_.after(29s).tell(VersionReported{version("V1.0")}), IsEmpty()) << "its request may be on its way";
    EXPECT_EQ(c_.job.state, JobState::Notifying);
    EXPECT_THAT(tell(SessionBegan{}), ElementsAre("AskVersion"));
    EXPECT_THAT(c_.after(1s).tell(VersionReported{version("V1.0")}), ElementsAre("SendNotice"));
}

TEST_F(MqttJob, AsksBeforeItRepeatsANoticeAfterARestart) {
    notifying();
    tell(Recovered{});
    EXPECT_THAT(tell(DeviceHeard{}), IsEmpty()) << "it may be about to download";
    EXPECT_THAT(c_.after(5min).tell(IdlePassed{}), ElementsAre("AskVersion"));
    EXPECT_THAT(tell(VersionReported{version("V1.0")}), ElementsAre("SendNotice"));
}

TEST_F(MqttJob, HasItsTimeToInstallAgainAfterARestart) {
    updating();
    tell(Recovered{});
    EXPECT_EQ(c_.job.idle_deadline, c_.now + 30min);
}

}  // namespace
}  // namespace cellwise::domain
