// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/agent.hpp"

#include "tests/tools/sim/mqtt/a_device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::sim::mqtt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kReport = "upgrade_progress_report";
constexpr auto kVersion = "version_report";

/// Up to the installed file, and its result if there is one.
void upgrade(World& world) {
    world.ask();
    world.notify();
    world.serve();
    world.advance(std::chrono::seconds(20));
}

TEST(MqttAgent, IsUpgradedByUrlAndToken) {
    World world(a_script());
    world.ask();
    EXPECT_THAT(world.take(kVersion), ElementsAre(nlohmann::json{{"sw_version", "V1.0"}}));
    world.notify();
    EXPECT_TRUE(world.device().is_upgrading());
    ASSERT_TRUE(world.fetch);
    EXPECT_EQ(world.fetch->url, "https://127.0.0.1:8943/file");
    EXPECT_EQ(world.fetch->token, std::string(64, 'a'));
    EXPECT_EQ(world.fetch->size, 10U);
    world.serve();
    EXPECT_THAT(world.take(kReport), IsEmpty());
    world.advance(std::chrono::seconds(20));
    EXPECT_THAT(world.take(kReport),
                ElementsAre(nlohmann::json{{"result_code", 0}, {"progress", 100}, {"version", "V2.0"}}));
    EXPECT_FALSE(world.device().is_upgrading());
    EXPECT_EQ(world.record().end, End::Succeeded);
    EXPECT_EQ(world.record().sha256, a_sign());
    EXPECT_FALSE(world.device().is_settled()) << "the broker has not confirmed the result";
    world.confirm();
    EXPECT_TRUE(world.device().is_settled());
    world.ask();
    EXPECT_THAT(world.take(kVersion), ElementsAre(nlohmann::json{{"sw_version", "V2.0"}}));
}

TEST(MqttAgent, RejectsAFileThatIsNotTheSignedOne) {
    World world(a_script());
    world.notify();
    world.serve("ten bytes!");
    EXPECT_EQ(world.take(kReport).at(0).at("result_code"), 7);
    EXPECT_EQ(world.record().end, End::DownloadFailed);
    EXPECT_THAT(world.record().faults, ElementsAre(HasSubstr("sign")));
    EXPECT_THAT(world.record().installs, IsEmpty());
}

TEST(MqttAgent, EndsEachFaultAsItIsScripted) {
    for (const auto& fault : Fault::all()) {
        World world(a_script({}, fault));
        world.ask();
        world.notify();
        if (world.fetch && world.fetch->break_at) world.end_fetch({.end = FetchOutcome::End::Scripted});
        world.advance(std::chrono::seconds(15));
        if (world.fetch) world.serve();
        world.advance(std::chrono::seconds(45));
        const auto reports = world.take(kReport);
        if (fault.code != 0) {
            ASSERT_THAT(reports, SizeIs(1)) << fault.name();
            EXPECT_EQ(reports[0].at("result_code"), fault.code);
        }
        world.ask();
        EXPECT_EQ(world.record().end, fault.expected_end()) << fault.name();
        EXPECT_FALSE(world.device().is_upgrading()) << fault.name();
        EXPECT_LE(world.record().most_installs(), 1U);
    }
}

TEST(MqttAgent, ReportsTheOldVersionFirstAndTheNewOneLater) {
    World world(a_script({Trait::LateVersion}));
    upgrade(world);
    const auto reports = world.take(kReport);
    ASSERT_THAT(reports, SizeIs(2));
    EXPECT_EQ(reports[0], (nlohmann::json{{"result_code", 0}, {"version", "V1.0"}}));
    EXPECT_EQ(reports[1].at("version"), "V2.0");
}

TEST(MqttAgent, SaysNoVersionAndComesBackUntilItIsAsked) {
    World world(a_script({Trait::NoVersion}));
    upgrade(world);
    EXPECT_THAT(world.take(kReport), ElementsAre(nlohmann::json{{"result_code", 0}, {"progress", 100}}));
    EXPECT_EQ(world.record().end, End::None);
    const auto before = world.connections.size();
    world.advance(std::chrono::seconds(90));
    EXPECT_GE(world.connections.size(), before + 2);
    world.ask();
    EXPECT_EQ(world.record().end, End::VerifiedByQuery);
}

TEST(MqttAgent, IsSilentFromTheDownloadToItsResult) {
    World world(a_script({Trait::Hush}));
    world.ask();
    world.notify();
    EXPECT_THAT(world.hushes, ElementsAre(true));
    world.said.clear();
    world.serve();
    world.advance(std::chrono::seconds(119));
    EXPECT_THAT(world.said, IsEmpty());
    world.advance(std::chrono::seconds(2));
    EXPECT_THAT(world.hushes, ElementsAre(true, false));
    EXPECT_THAT(world.take(kReport), SizeIs(1));
}

TEST(MqttAgent, InstallsTwiceWhenANoticeComesTwiceAndIsSeenToDoSo) {
    World world(a_script());
    upgrade(world);
    upgrade(world);
    EXPECT_EQ(world.record().most_installs(), 2U);
    World while_it_installs(a_script());
    while_it_installs.notify();
    while_it_installs.serve();
    while_it_installs.notify();
    while_it_installs.serve();
    EXPECT_EQ(while_it_installs.record().most_installs(), 2U);
}

TEST(MqttAgent, CountsARepeatedNoticeAndInstallsOnceIfItIsCareful) {
    World world(a_script({Trait::Careful}));
    upgrade(world);
    world.take(kReport);
    world.notify();
    EXPECT_FALSE(world.fetch);
    EXPECT_EQ(world.take(kReport).at(0).at("version"), "V2.0");
    EXPECT_EQ(world.record().repeated_notices, 1U);
    EXPECT_EQ(world.record().most_installs(), 1U);
}

TEST(MqttAgent, BeginsTheDownloadAgainWithTheNewTokenWhenTheNoticeIsRepeatedInIt) {
    World world(a_script());
    world.notify();
    auto paras = notice_paras();
    paras["access_token"] = std::string(64, 'b');
    world.hear(down("software_upgrade", paras));
    EXPECT_EQ(world.fetch->token, std::string(64, 'b'));
    world.serve();
    EXPECT_EQ(world.record().most_installs(), 1U);
    EXPECT_EQ(world.record().repeated_notices, 1U);
}

TEST(MqttAgent, GoesOnWithARangeAndElseBeginsAgain) {
    const FetchOutcome broken{.end = FetchOutcome::End::Broken, .error = "cut"};
    for (const auto& [dialect, at] : {std::pair<Dialect, std::uint64_t>{{Trait::Ranges}, 4}, {{}, 0}}) {
        World world(a_script(dialect));
        world.notify();
        world.fetch->received->hash.update(as_bytes("ten "));
        world.fetch->received->bytes = 4;
        world.end_fetch(broken);
        world.advance(std::chrono::seconds(5));
        ASSERT_TRUE(world.fetch);
        EXPECT_EQ(world.fetch->received->bytes, at);
        world.serve(a_file().substr(at));
        EXPECT_EQ(world.record().sha256, a_sign());
        EXPECT_EQ(world.record().broken_downloads, 1U);
    }
}

TEST(MqttAgent, GivesUpWhenTheServerRefuses) {
    World world(a_script());
    world.notify();
    world.end_fetch({.end = FetchOutcome::End::Refused, .status = 403, .error = "HTTP status 403"});
    EXPECT_EQ(world.record().end, End::DownloadFailed);
    EXPECT_EQ(world.record().download_error, "HTTP status 403");
}

TEST(MqttAgent, SucceedsAfterAFaultThatHappensSoOften) {
    auto script = a_script({}, {FaultKind::WrongHash, 7});
    script.fault_attempts = 1;
    script.expected_end = End::Succeeded;
    World world(script);
    upgrade(world);
    EXPECT_EQ(world.record().end, End::DownloadFailed);
    world.confirm();
    EXPECT_FALSE(world.device().is_settled());
    upgrade(world);
    EXPECT_EQ(world.record().end, End::Succeeded);
}

}  // namespace
}  // namespace cellwise::sim::mqtt::test
