// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/mqtt_world.hpp"

#include "cellwise/domain/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace cellwise::scenarios {
namespace {

using namespace std::chrono_literals;
using domain::JobState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Mqtt : public ::testing::Test {
 protected:
    MqttWorld world_;

    void SetUp() override { world_.start_process(); }
    static domain::CellKey level2() { return {domain::CellId{"4242"}, domain::CoverageClass::Level2}; }
    /// What it said of its radio died with the daemon before, and the broker lists it to the new one.
    void there_before(const DeviceId& device) {
        world_.log_in(device);
        const std::vector<domain::mqtt::ServiceProperties> report{
            {"Connectivity", {{"cellId", "4242"}, {"rsrp", "-120"}, {"sinr", "-5"}}}};
        world_.gateway().on_properties(device.str(), report);
        world_.kill_process();
        world_.start_process();
        world_.gateway().on_online(device.str(), false);
        world_.settle();
    }
    /// Up to the notice.
    TaskId notified(const DeviceId& device) {
        const auto task = world_.create_task({device});
        world_.log_in(device);
        EXPECT_THAT(world_.told(device), ElementsAre("version_query"));
        world_.report_version(device, "V1.0");
        EXPECT_EQ(world_.job(task, device).state, JobState::Notifying);
        return task;
    }
};

TEST_F(Mqtt, UpgradesADeviceThatNeverSubscribes) {
    const auto device = world_.add_device();
    const auto task = world_.create_task({device});
    EXPECT_THAT(world_.told(device), IsEmpty()) << "it is not there";
    world_.gateway().on_online(device.str(), true);
    world_.run_for(1s);
    EXPECT_THAT(world_.told(device), IsEmpty()) << "it may subscribe yet";
    world_.run_for(2s);
    EXPECT_THAT(world_.told(device), ElementsAre("version_query"));
    world_.report_radio(device, "4242", "-97", "9");
    world_.report_version(device, "V1.0");
    EXPECT_THAT(world_.told(device), ElementsAre("software_upgrade"));
    const auto& notice = world_.broker.notices.back();
    EXPECT_EQ(notice.version, "V2.0");
    EXPECT_EQ(notice.file_size, 2'345U);
    EXPECT_EQ(notice.file_name, "meter.bin");
    EXPECT_EQ(notice.sign, "payload");
    EXPECT_EQ(notice.expires, 24h);
    EXPECT_THAT(world_.kept_tokens(), ElementsAre(notice.access_token)) << "stored before the notice left";
    EXPECT_EQ(world_.job(task, device).cell,
              (domain::CellKey{domain::CellId{"4242"}, domain::CoverageClass::Level0}));

    const auto job = world_.job(task, device).id;
    world_.gateway().on_offline(device.str());
    world_.engine().on_transfer_started(device, job, [] {});
    world_.settle();
    EXPECT_EQ(world_.job(task, device).state, JobState::Downloading) << "although it is offline";
    world_.engine().on_transfer_ended(device, job, true);
    world_.settle();
    EXPECT_EQ(world_.job(task, device).state, JobState::Updating);
    world_.gateway().on_online(device.str(), true);
    world_.report_result(device, 0, "V2.0");
    EXPECT_EQ(world_.job(task, device).state, JobState::Succeeded) << "the result is its first packet";
    EXPECT_EQ(world_.device(device).software_version.raw(), "V2.0");
    EXPECT_THAT(world_.cells(), IsEmpty());
}

TEST_F(Mqtt, AsksTheVersionOfADeviceThatCameBackAndSpeaksFirst) {
    const auto device = world_.add_device();
    const auto task = notified(device);
    world_.broker.take();
    world_.settle();
    world_.gateway().on_offline(device.str());
    world_.gateway().on_online(device.str(), true);
    world_.clock.advance(2s);
    world_.gateway().on_heard(device.str());
    world_.settle();
    EXPECT_THAT(world_.told(device), ElementsAre("version_query"));
    world_.run_for(3s);
    EXPECT_THAT(world_.told(device), IsEmpty()) << "a session begins once";
    world_.report_version(device, "V2.0");
    EXPECT_EQ(world_.job(task, device).state, JobState::Succeeded);
}

TEST_F(Mqtt, TakesTheCellThatSomebodyEntered) {
    const auto device = world_.add_device("", "77");
    const auto task = notified(device);
    EXPECT_EQ(world_.job(task, device).cell,
              (domain::CellKey{domain::CellId{"77"}, domain::CoverageClass::CellOnly}));
}

TEST_F(Mqtt, UpgradesWhoIsOnNoCellInAClassOfItsOwn) {
    const auto device = world_.add_device();
    const auto task = notified(device);
    EXPECT_EQ(world_.job(task, device).cell, (domain::CellKey{domain::CellId{}, domain::CoverageClass::NoCell}));
}

TEST_F(Mqtt, RemembersTheRadioReportThroughARestart) {
    const auto device = world_.add_device();
    world_.log_in(device);
    world_.report_radio(device, "4242", "-120", "-5");
    world_.run_for(2s);
    world_.kill_process();
    world_.start_process();
    const auto task = notified(device);
    EXPECT_EQ(world_.job(task, device).cell,
              (domain::CellKey{domain::CellId{"4242"}, domain::CoverageClass::Level2}));
}

TEST_F(Mqtt, StoresANewCellAtOnce) {
    const auto device = world_.add_device();
    world_.log_in(device);
    world_.report_radio(device, "4242", "-120", "-5");  // commits what is to be written, and no second passes
    world_.kill_process();
    world_.start_process();
    const auto task = notified(device);
    EXPECT_EQ(world_.job(task, device).cell, level2());
}

TEST_F(Mqtt, WaitsForTheRadioReportOfADeviceThatMayHaveToldItToTheDaemonBefore) {
    const auto device = world_.add_device();
    const auto task = world_.create_task({device});
    there_before(device);
    EXPECT_THAT(world_.told(device), ElementsAre("version_query"));
    world_.report_version(device, "V1.0");
    world_.run_for(30s);
    EXPECT_EQ(world_.job(task, device).state, JobState::ReadingRadio);
    world_.report_radio(device, "4242", "-120", "-5");
    EXPECT_THAT(world_.told(device), ElementsAre("software_upgrade"));
    EXPECT_EQ(world_.job(task, device).cell, level2());
}

TEST_F(Mqtt, DoesNotWaitForTheRadioReportForEver) {
    const auto device = world_.add_device();
    const auto task = world_.create_task({device});
    there_before(device);
    EXPECT_THAT(world_.told(device), ElementsAre("version_query"));
    world_.report_version(device, "V1.0");
    world_.run_for(3min + 1s);
    EXPECT_THAT(world_.told(device), ElementsAre("software_upgrade"));
    EXPECT_EQ(world_.job(task, device).cell, (domain::CellKey{domain::CellId{}, domain::CoverageClass::NoCell}));

    const auto other = world_.add_device();
    there_before(other);
    world_.run_for(6min);
    const auto later = world_.create_task({other});
    world_.gateway().on_heard(other.str());
    world_.settle();
    EXPECT_THAT(world_.told(other), ElementsAre("version_query"));
    world_.report_version(other, "V1.0");
    EXPECT_EQ(world_.job(later, other).state, JobState::Notifying) << "it had time enough to tell";
}

TEST_F(Mqtt, ReadsTheRadioOfADeviceThatComesBackInsteadOfWaiting) {
    const auto device = world_.add_device();
    const auto task = world_.create_task({device});
    there_before(device);
    world_.broker.take();
    world_.report_version(device, "V1.0");
    world_.gateway().on_offline(device.str());
    world_.settle();
    world_.log_in(device);
    EXPECT_EQ(world_.job(task, device).state, JobState::Notifying);
}

TEST_F(Mqtt, NotifiesNoMoreDevicesOfACellThanItsClassAllows) {
    std::vector<DeviceId> devices;
    for (int i = 0; i < 3; ++i) devices.push_back(world_.add_device());
    const auto task = world_.create_task(devices);
    for (const auto& device : devices) {
        world_.log_in(device);
        world_.report_radio(device, "4242", "-120", "-5");
    }
    world_.broker.take();
    for (const auto& device : devices) world_.report_version(device, "V1.0");
    EXPECT_THAT(world_.broker.take(), ElementsAre(devices[0].str() + ": software_upgrade"));
    world_.report_result(devices[0], 0, "V2.0");
    EXPECT_THAT(world_.broker.take(), ElementsAre(devices[1].str() + ": software_upgrade"));
    world_.gateway().on_offline(devices[2].str());
    world_.report_result(devices[1], 7, "V1.0");
    EXPECT_EQ(world_.job(task, devices[1]).detail, domain::failure::kIntegrity);
    EXPECT_THAT(world_.broker.take(), IsEmpty()) << "who is gone keeps its place, and gets no slot";
    world_.log_in(devices[2]);
    EXPECT_THAT(world_.broker.take(), ElementsAre(devices[2].str() + ": software_upgrade"));
}

TEST_F(Mqtt, TellsTheOldNoticeAgainAfterARestartAndAQuestionWithATokenOfItsOwn) {
    const auto device = world_.add_device();
    const auto task = notified(device);
    world_.broker.take();
    world_.settle();
    world_.kill_process();
    world_.start_process();
    world_.gateway().on_link(true);
    world_.gateway().on_online(device.str(), false);
    world_.settle();
    EXPECT_THAT(world_.told(device), IsEmpty()) << "it may have heard the first, and be about to download";
    world_.run_for(5min + 1s);
    EXPECT_THAT(world_.told(device), ElementsAre("version_query"));
    world_.report_version(device, "V1.0");
    EXPECT_THAT(world_.told(device), ElementsAre("software_upgrade"));
    EXPECT_EQ(world_.kept_tokens().size(), 2U);
    EXPECT_NE(world_.kept_tokens()[0], world_.kept_tokens()[1]);
    EXPECT_EQ(world_.job(task, device).state, JobState::Notifying);
}

TEST_F(Mqtt, LetsAFileLeaveOnlyWhenARestartWouldKnowOfIt) {
    const auto device = world_.add_device();
    const auto task = notified(device);
    world_.broker.take();
    world_.settle();
    bool leaves = false;
    world_.engine().on_transfer_started(device, world_.job(task, device).id, [&] { leaves = true; });
    EXPECT_FALSE(leaves);
    EXPECT_EQ(world_.job(task, device).state, JobState::Notifying);
    world_.settle();
    EXPECT_TRUE(leaves);
    EXPECT_EQ(world_.job(task, device).state, JobState::Downloading);
    leaves = false;
    world_.engine().on_transfer_started(device, world_.job(task, device).id, [&] { leaves = true; });
    EXPECT_TRUE(leaves) << "the next part costs no commit";
}

TEST_F(Mqtt, DoesNotRepeatTheNoticeToWhoWasSeenDownloadingBeforeTheRestart) {
    const auto device = world_.add_device();
    const auto task = notified(device);
    world_.broker.take();
    world_.engine().on_transfer_started(device, world_.job(task, device).id, [] {});
    world_.settle();
    world_.kill_process();
    world_.start_process();
    world_.gateway().on_online(device.str(), false);
    world_.settle();
    EXPECT_THAT(world_.told(device), IsEmpty());
    world_.report_result(device, 0, "V2.0");
    EXPECT_EQ(world_.job(task, device).state, JobState::Succeeded);
}

TEST_F(Mqtt, ServesADeviceByItsNodeIdToo) {
    const auto device = world_.add_device("5e12_meter-07");
    const auto task = world_.create_task({device});
    world_.gateway().on_online("5e12_meter-07", true);
    world_.run_for(3s);
    EXPECT_THAT(world_.broker.take(), ElementsAre("5e12_meter-07: version_query"));
    world_.gateway().on_version("5e12_meter-07", {.software = "V2.0"});
    world_.settle();
    EXPECT_EQ(world_.job(task, device).state, JobState::Succeeded);
}

TEST_F(Mqtt, PrefersTheIdWhereANodeIdIsTheSame) {
    const auto device = world_.add_device();
    const auto impostor = world_.add_device(device.str());
    world_.log_in(device);
    EXPECT_TRUE(world_.gateway().is_awake(device));
    EXPECT_FALSE(world_.gateway().is_awake(impostor));
}

TEST_F(Mqtt, NotesTheVersionAndTheReportsOfADeviceWithoutAnUpgrade) {
    const auto device = world_.add_device();
    world_.log_in(device);
    world_.report_version(device, "V1.5");
    static constexpr std::array<std::uint8_t, 3> kReport{'{', '}', '\n'};
    world_.gateway().on_uplink(device.str(), kReport);
    world_.run_for(2s);
    EXPECT_EQ(world_.device(device).software_version.raw(), "V1.5");
    EXPECT_THAT(world_.uplinks(device), SizeIs(1));
    EXPECT_TRUE(world_.device(device).last_seen_at.has_value());
}

TEST_F(Mqtt, KnowsNobodyWhoseBrokerIsLost) {
    const auto device = world_.add_device();
    world_.log_in(device);
    world_.gateway().on_link(false);
    EXPECT_FALSE(world_.gateway().is_awake(device));
    world_.gateway().on_link(true);
    world_.gateway().on_online(device.str(), false);
    EXPECT_TRUE(world_.gateway().is_awake(device));
}

TEST_F(Mqtt, ForgetsWhoWasErased) {
    const auto device = world_.add_device();
    world_.log_in(device);
    world_.gateway().forget(device);
    EXPECT_FALSE(world_.gateway().is_awake(device));
    EXPECT_EQ(world_.gateway().online(), 0U);
}

TEST_F(Mqtt, StopsADeviceUntilItHasThePackage) {
    const auto device = world_.add_device();
    const auto task = notified(device);
    ASSERT_TRUE(world_.stop_task(task).has_value());
    EXPECT_EQ(world_.job(task, device).state, JobState::Stopped);
    EXPECT_THAT(world_.cells(), IsEmpty());
}

TEST_F(Mqtt, SaysWhoIsOnlineAlsoThroughRestarts) {
    const auto device = world_.add_device();
    EXPECT_FALSE(world_.is_online(device));
    world_.log_in(device);
    world_.run_for(10min);
    EXPECT_TRUE(world_.is_online(device)) << "it need not say anything";
    world_.gateway().on_offline(device.str());
    world_.run_for(59s);
    EXPECT_TRUE(world_.is_online(device));
    world_.run_for(1s);
    EXPECT_FALSE(world_.is_online(device));
    EXPECT_EQ(world_.device(device).last_seen_at, world_.clock.now() - 60s) << "the end of its connection";

    world_.kill_process();
    world_.start_process();
    EXPECT_FALSE(world_.is_online(device));
    world_.gateway().on_link(true);
    world_.gateway().on_online(device.str(), false);
    EXPECT_TRUE(world_.is_online(device)) << "the broker has listed it";
    world_.gateway().on_link(false);
    world_.run_for(60s);
    EXPECT_FALSE(world_.is_online(device)) << "nobody knows of it any more";
    world_.gateway().on_link(true);
    world_.gateway().on_heard(device.str());
    EXPECT_TRUE(world_.is_online(device)) << "of a broker that lists nobody: whoever is heard";
}

TEST_F(Mqtt, HasTheSessionsOfADeviceEndedThatMayLogInNoMore) {
    const auto device = world_.add_device("meter-7");
    world_.gateway().shut_out(world_.device(device));
    EXPECT_THAT(world_.broker.ended, ElementsAre(device.str(), "meter-7")) << "it may have come by either name";
    world_.broker.ended.clear();
    const auto namesake = world_.add_device(device.str());
    world_.gateway().shut_out(world_.device(namesake));
    EXPECT_THAT(world_.broker.ended, ElementsAre(namesake.str())) << "by that name it is another device";
}

TEST_F(Mqtt, HasTheSessionOfNobodyEnded) {
    world_.gateway().on_online("deleted-meanwhile", false);
    EXPECT_THAT(world_.broker.ended, ElementsAre("deleted-meanwhile"));
}

}  // namespace
}  // namespace cellwise::scenarios
