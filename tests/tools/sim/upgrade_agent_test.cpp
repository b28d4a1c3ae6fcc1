// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/upgrade_agent.hpp"

#include "tests/tools/sim/conversation.hpp"

#include <ostream>

namespace cellwise::sim {
static void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name(); }
static void PrintTo(const Dialect& dialect, std::ostream* out) { *out << dialect.name(); }
}  // namespace cellwise::sim

namespace cellwise::sim::test {
namespace {

using pcp::ResultCode;
using std::chrono::minutes;
using std::chrono::seconds;

/// A platform that does everything right, and stops where the device does.
void run_platform(Conversation& talk) {
    const auto is_over = [&talk] { return talk.device().end() != End::None; };
    talk.put(pcp::QueryVersion{});
    int silent_turns = 0;
    for (int turn = 0; turn < 200 && !is_over(); ++turn) {
        if (talk.is_silent()) {
            if (turn == 0) break;  // did not answer 19
            if (talk.device().is_dead()) break;
            talk.advance(seconds{1});
            if (++silent_turns == 30) talk.put(pcp::QueryVersion{});  // whoever waits is asked
            continue;
        }
        silent_turns = 0;
        const auto message = talk.expect_message();
        if (!talk.device().listens(talk.now())) continue;  // said before the power went
        if (message.code == coap::code::kPost) {
            const bool registers = message.texts(coap::option::kUriPath).size() == 1;
            talk.answer(message, registers ? coap::code::kCreated : coap::code::kChanged, {"rd", "5a5a"});
            talk.advance(seconds{1});
            if (registers) talk.observe();
            continue;
        }
        if (message.type == coap::Type::Con) talk.ack(message);
        if (!talk.is_notification(message)) continue;
        const auto said = pcp::decode_device_message(*pcp::find_frame(message.payload));
        if (std::holds_alternative<pcp::VersionReply>(*said)) {
            talk.put(a_notice());
        } else if (const auto* wanted = std::get_if<pcp::ChunkRequest>(&*said)) {
            talk.serve_chunk(wanted->index);
        } else if (const auto* downloaded = std::get_if<pcp::DownloadReport>(&*said)) {
            talk.put(pcp::DownloadAnswer{ResultCode::Ok});
            if (downloaded->result == ResultCode::Ok) talk.put(pcp::Execute{});
        } else if (std::holds_alternative<pcp::UpgradeReport>(*said)) {
            talk.put(pcp::UpgradeAnswer{ResultCode::Ok});
        }
    }
}

class EveryFault : public testing::TestWithParam<Fault> {};

TEST_P(EveryFault, EndsAsItsTableSays) {
    Conversation talk(a_script({}, GetParam()));
    talk.register_and_observe();
    run_platform(talk);
    EXPECT_EQ(to_string(talk.device().end()), to_string(GetParam().expected_end()));
    EXPECT_TRUE(talk.device().is_settled());
    EXPECT_FALSE(talk.device().is_upgrading(talk.now()));
    const auto end = talk.device().end();
    const bool installs = end == End::Succeeded || end == End::VerifiedByQuery;
    EXPECT_EQ(talk.device().record().version, version(installs ? "V2.0" : "V1.0"));
    EXPECT_EQ(talk.device().record().most_installs(), installs ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(UpgradeAgent, EveryFault, testing::ValuesIn(Fault::all()), [](const auto& tested) {
    auto name = tested.param.name();
    std::erase(name, '-');
    return name;
});

class EveryDialect : public testing::TestWithParam<Dialect> {};

TEST_P(EveryDialect, EndsInSuccess) {
    Conversation talk(a_script(GetParam()));
    talk.register_and_observe();
    run_platform(talk);
    EXPECT_EQ(talk.device().end(), End::Succeeded);
    EXPECT_EQ(talk.device().record().most_installs(), 1U);
    EXPECT_EQ(talk.device().record().chunks, 3U);
}

TEST_P(EveryDialect, ResumesAfterAPowerCut) {
    Conversation talk(a_script(GetParam(), {FaultKind::PowerCut}));
    talk.register_and_observe();
    run_platform(talk);
    EXPECT_EQ(talk.device().end(), End::Succeeded);
    EXPECT_EQ(talk.device().reboots(), 2U);
}

INSTANTIATE_TEST_SUITE_P(UpgradeAgent, EveryDialect, testing::ValuesIn(Dialect::all()), [](const auto& tested) {
    auto name = tested.param.name();
    std::erase_if(name, [](char c) { return c == '-' || c == '+'; });
    return name;
});

TEST(UpgradeAgent, ResumesAtTheChunkThatItLacksWithoutANotice) {
    Conversation talk(a_script({Trait::Skip20}, {FaultKind::PowerCut}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.serve_chunk(0);
    EXPECT_TRUE(talk.is_silent()) << "the power went before it could ask for chunk 1";
    talk.come_back_after_reboot();
    talk.expect_chunk_request(1);
}

TEST(UpgradeAgent, BeginsAgainAfterAPowerCutByDialect) {
    Conversation talk(a_script({Trait::Skip20, Trait::Restarts}, {FaultKind::PowerCut}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.serve_chunk(0);
    talk.come_back_after_reboot();
    talk.expect_chunk_request(0);
}

TEST(UpgradeAgent, WaitsForTheNoticeAfterAPowerCutByDialect) {
    Conversation talk(a_script({Trait::Skip20, Trait::WaitsFor20}, {FaultKind::PowerCut}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.serve_chunk(0);
    talk.come_back_after_reboot();
    EXPECT_TRUE(talk.is_silent());
    talk.put(a_notice());
    talk.expect_chunk_request(1);
}

TEST(UpgradeAgent, ResumesWith22WhenItHasEverything) {
    Conversation talk(a_script({Trait::Skip20}, {FaultKind::PowerCutAtEnd}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.download_all();
    talk.come_back_after_reboot();
    talk.expect_uplink(pcp::DownloadReport{ResultCode::Ok});
}

TEST(UpgradeAgent, BeginsAgainWhenThePackageIsAnother) {
    Conversation talk(a_script({Trait::Skip20}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.serve_chunk(0);
    talk.expect_chunk_request(1);
    auto other = a_notice();
    other.check_code = 0x4321;
    talk.put(other);
    talk.expect_chunk_request(0);
}

TEST(UpgradeAgent, GivesUpWhenThePlatformHasNoSuchTask) {
    Conversation talk(a_script({Trait::Skip20}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.put(pcp::ChunkReply{ResultCode::NoSuchTask, 0, {}});
    EXPECT_EQ(talk.device().end(), End::Aborted);
    talk.advance(seconds{30});
    EXPECT_TRUE(talk.is_silent());
}

TEST(UpgradeAgent, KeepsNoChunkOfTheWrongSize) {
    Conversation talk(a_script({Trait::Skip20}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.put(pcp::ChunkReply{ResultCode::Ok, 0, {1, 2, 3}});
    EXPECT_EQ(talk.device().record().bad_chunks, 1U);
    EXPECT_EQ(talk.device().record().chunks, 0U);
}

TEST(UpgradeAgent, DeviatesWhenItsResultIsRefused) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.upgrade_until_reboot();
    talk.come_back_after_reboot();
    talk.expect_uplink(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
    talk.put(pcp::UpgradeAnswer{ResultCode::NoSuchTask});
    EXPECT_EQ(talk.device().end(), End::ReportRefused);
    EXPECT_FALSE(talk.device().ended_as_scripted());
}

TEST(UpgradeAgent, SucceedsAfterAsManyFaultsAsScripted) {
    auto script = a_script({}, {FaultKind::RefuseNotice, ResultCode::LowBattery});
    script.fault_attempts = 2;
    script.expected_end = End::Succeeded;
    Conversation talk(script);
    talk.register_and_observe();
    for (int attempt = 0; attempt < 2; ++attempt) {
        talk.put(a_notice());
        talk.expect_uplink(pcp::NoticeReply{ResultCode::LowBattery});
        EXPECT_EQ(talk.device().end(), End::RefusedNotice);
        EXPECT_FALSE(talk.device().is_settled());
    }
    talk.put(a_notice());
    talk.expect_uplink(pcp::NoticeReply{ResultCode::Ok});
    EXPECT_TRUE(talk.device().is_upgrading(talk.now()));
}

TEST(UpgradeAgent, IsLeftAloneWhenItRunsTheTargetAlready) {
    Conversation talk(a_script({}, {FaultKind::SameVersion}));
    talk.register_and_observe();
    talk.put(pcp::QueryVersion{});
    EXPECT_EQ(talk.device().end(), End::AlreadyCurrent);
}

TEST(UpgradeAgent, EndsWhenAskedForACellThatItDoesNotKnow) {
    auto script = a_script();
    script.radio.cell.reset();
    script.expected_end = End::NoCell;
    Conversation talk(script);
    talk.register_and_observe();
    talk.deliver(talk.request(coap::code::kGet, {"4", "0", "8"}));
    EXPECT_EQ(talk.expect_message().code, coap::code::kNotFound);
    EXPECT_TRUE(talk.device().ended_as_scripted());
}

}  // namespace
}  // namespace cellwise::sim::test
