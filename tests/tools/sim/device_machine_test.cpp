// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/device_machine.hpp"

#include "tests/tools/sim/conversation.hpp"

#include <gmock/gmock.h>

namespace cellwise::sim::test {
namespace {

using pcp::ResultCode;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(DeviceMachine, UpgradesAsThePlainDialectDoes) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.put(pcp::QueryVersion{});
    talk.expect_uplink(pcp::VersionReply{ResultCode::Ok, version("V1.0")});
    EXPECT_FALSE(talk.device().is_upgrading(talk.now()));
    talk.upgrade_until_reboot();
    EXPECT_TRUE(talk.device().is_upgrading(talk.now()));
    talk.come_back_after_reboot();
    EXPECT_EQ(talk.ports_used(), 2U) << "a reboot comes back from another port";
    talk.expect_uplink(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
    EXPECT_FALSE(talk.device().is_upgrading(talk.now()));
    EXPECT_TRUE(talk.device().is_unanswered());
    EXPECT_EQ(talk.device().end(), End::None);
    talk.put(pcp::UpgradeAnswer{ResultCode::Ok});
    EXPECT_EQ(talk.device().end(), End::Succeeded);
    EXPECT_TRUE(talk.device().ended_as_scripted());
    EXPECT_EQ(talk.device().record().version, version("V2.0"));
    EXPECT_EQ(talk.device().record().chunks, 3U);
    EXPECT_EQ(talk.device().record().most_installs(), 1U);
}

TEST(DeviceMachine, ConfirmsAndAnswersCommands) {
    Conversation talk(a_script());
    talk.register_and_observe();
    const auto command = [&talk](std::string_view text) {
        auto put = talk.request(coap::code::kPut, {"19", "1", "0"});
        put.payload.assign(text.begin(), text.end());
        EXPECT_EQ(talk.ask(put).code, coap::code::kChanged);
    };
    command(R"({"mid":3,"serviceId":"a","method":"b","paras":{}})");
    const auto answer = talk.expect_message();
    EXPECT_EQ(as_text(answer.payload), R"({"mid":3,"errcode":0})");
    talk.ack(answer);
    command("raw");
    EXPECT_TRUE(talk.is_silent());
    EXPECT_EQ(talk.device().commands().commands, 2U);
    EXPECT_EQ(talk.device().commands().while_upgrading, 0U);
    talk.put(a_notice());
    talk.expect_uplink(pcp::NoticeReply{ResultCode::Ok});
    command("raw");
    EXPECT_EQ(talk.device().commands().while_upgrading, 1U);
}

TEST(DeviceMachine, HashesWhatItAssembled) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.upgrade_until_reboot();
    Bytes whole;
    for (std::uint16_t index = 0; index < 3; ++index) {
        const auto data = chunk_data(index);
        whole.insert(whole.end(), data.begin(), data.end());
    }
    EXPECT_EQ(talk.device().record().sha256, crypto::sha256_hex(whole));
}

TEST(DeviceMachine, AsksForAChunkAtOnceInsteadOfAnswering20) {
    Conversation talk(a_script({Trait::Skip20}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
}

TEST(DeviceMachine, RepeatsAChunkRequestInBurstsUntilItIsAnswered) {
    Conversation talk(a_script({Trait::Skip20, Trait::Non}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    for (int i = 0; i < 5; ++i) {
        talk.advance(seconds{5});
        talk.expect_chunk_request(0);
    }
    talk.advance(seconds{29});
    EXPECT_TRUE(talk.is_silent()) << "between two bursts";
    talk.advance(seconds{1});
    talk.expect_chunk_request(0);
    EXPECT_EQ(talk.device().record().repeats, 6U);
    talk.serve_chunk(0);
    talk.expect_chunk_request(1);
}

TEST(DeviceMachine, LeavesRepeatingToCoapWhileAConfirmableIsUnderWay) {
    Conversation talk(a_script({Trait::Skip20}));
    talk.register_and_observe();
    talk.put(a_notice());
    const auto first = talk.expect_message();
    talk.advance(seconds{8});
    const auto again = talk.expect_message();
    EXPECT_EQ(again, first) << "a retransmission is the same message";
    EXPECT_EQ(talk.device().record().repeats, 0U);
}

TEST(DeviceMachine, SaysEachRequestTwiceInTheDoubleDialect) {
    Conversation talk(a_script({Trait::Skip20, Trait::Double}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.expect_chunk_request(0);
    talk.serve_chunk(0);
    talk.expect_chunk_request(1);
    talk.expect_chunk_request(1);
    talk.serve_chunk(0);
    EXPECT_TRUE(talk.is_silent()) << "the answer to the second copy moves nothing";
    EXPECT_EQ(talk.device().record().stale_chunks, 1U);
}

TEST(DeviceMachine, SaysAnUnsolicited23AfterSilence) {
    Conversation talk(a_script({Trait::Skip20, Trait::Unsolicited23}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.serve_chunk(0);
    talk.expect_chunk_request(1);
    talk.serve_chunk(1);  // fault_at 0.5 of 3 chunks: pretends not to have heard it
    EXPECT_TRUE(talk.is_silent());
    talk.advance(seconds{5});
    talk.expect_uplink(pcp::ExecuteReply{ResultCode::DownloadTimeout});
    talk.expect_chunk_request(1);
    talk.serve_chunk(1);
    talk.expect_chunk_request(2);
}

TEST(DeviceMachine, ReportsTheResultWithoutAnswering23) {
    Conversation talk(a_script({Trait::No23Reply}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_uplink(pcp::NoticeReply{ResultCode::Ok});
    talk.download_all();
    talk.expect_uplink(pcp::DownloadReport{ResultCode::Ok});
    talk.put(pcp::DownloadAnswer{ResultCode::Ok});
    talk.put(pcp::Execute{});
    EXPECT_TRUE(talk.is_silent());
    talk.come_back_after_reboot();
    talk.expect_uplink(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
}

TEST(DeviceMachine, ReportsAnEmptyFirstVersion) {
    auto script = a_script({Trait::EmptyVersion});
    script.from_version = {};
    Conversation talk(script);
    talk.register_and_observe();
    talk.put(pcp::QueryVersion{});
    talk.expect_uplink(pcp::VersionReply{ResultCode::Ok, domain::Version{}});
}

TEST(DeviceMachine, TakesA23ForTheAnswerTo22) {
    Conversation talk(a_script({Trait::Skip20}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.download_all();
    talk.expect_uplink(pcp::DownloadReport{ResultCode::Ok});
    talk.put(pcp::Execute{});
    talk.expect_uplink(pcp::ExecuteReply{ResultCode::Ok});
}

// What must not happen twice. -------------------------------------------------------------------------------------

TEST(DeviceMachine, AnswersARetransmittedRequestAgainWithoutDoingItAgain) {
    Conversation talk(a_script());
    talk.register_and_observe();
    auto query = talk.request(coap::code::kPut, {"19", "1", "0"});
    query.payload = pcp::encode(pcp::PlatformMessage(pcp::QueryVersion{}));
    talk.deliver(query);
    const auto answer = talk.expect_message();
    talk.expect_uplink(pcp::VersionReply{ResultCode::Ok, version("V1.0")});
    talk.deliver(query);
    EXPECT_EQ(talk.expect_message(), answer);
    EXPECT_TRUE(talk.is_silent());
    EXPECT_EQ(talk.device().record().queries, 1U);
}

TEST(DeviceMachine, CountsASecondInstallationOfTheSameVersion) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.upgrade_until_reboot();
    talk.come_back_after_reboot();
    talk.expect_uplink(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
    talk.put(pcp::Execute{});
    talk.expect_uplink(pcp::ExecuteReply{ResultCode::Ok});
    talk.come_back_after_reboot();
    talk.expect_uplink(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
    EXPECT_EQ(talk.device().record().most_installs(), 2U);
}

TEST(DeviceMachine, InstallsOnceWhenCareful) {
    Conversation talk(a_script({Trait::Careful}));
    talk.register_and_observe();
    talk.upgrade_until_reboot();
    talk.come_back_after_reboot();
    talk.expect_uplink(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
    talk.put(pcp::Execute{});
    talk.put(pcp::UpgradeAnswer{ResultCode::Ok});
    EXPECT_EQ(talk.device().record().most_installs(), 1U);
    EXPECT_EQ(talk.device().end(), End::Succeeded);
}

TEST(DeviceMachine, AnswersARepeated23WhileItInstalls) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.upgrade_until_reboot();
    talk.put(pcp::Execute{});
    talk.expect_uplink(pcp::ExecuteReply{ResultCode::Ok});
    talk.come_back_after_reboot();
    EXPECT_EQ(talk.device().record().most_installs(), 1U);
}

TEST(DeviceMachine, SaysThatItHasTheVersionWhenTheNoticeComesLate) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.put(a_notice("V1.0"));
    talk.expect_uplink(pcp::NoticeReply{ResultCode::AlreadyLatest});
    EXPECT_FALSE(talk.device().is_upgrading(talk.now()));
}

// Who counts as upgrading. ----------------------------------------------------------------------------------------

TEST(DeviceMachine, DoesNotCountWhileItMayHaveLostItsSlot) {
    Conversation talk(a_script({Trait::Skip20, Trait::Non}));
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_chunk_request(0);
    talk.advance(minutes{5} - Duration{1});
    EXPECT_TRUE(talk.device().is_upgrading(talk.now()));
    talk.advance(Duration{1});
    EXPECT_FALSE(talk.device().is_upgrading(talk.now())) << "nothing proves that anybody heard it for five minutes";
    while (!talk.is_silent()) talk.expect_message();
    talk.serve_chunk(0);
    EXPECT_TRUE(talk.device().is_upgrading(talk.now())) << "a chunk is given to those with a slot only";
}

TEST(DeviceMachine, CountsWhileItInstallsHoweverLong) {
    Timing timing;
    timing.install = minutes{20};
    Conversation talk(a_script(), timing);
    talk.register_and_observe();
    talk.upgrade_until_reboot();
    talk.advance(minutes{19});
    EXPECT_TRUE(talk.device().is_upgrading(talk.now()));
}

TEST(DeviceMachine, CountsUntilItHasThePackageWhenSlotsAreHeldSo) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.put(a_notice());
    talk.expect_uplink(pcp::NoticeReply{ResultCode::Ok});
    EXPECT_TRUE(talk.device().is_upgrading(talk.now(), CountUntil::Download));
    talk.download_all();
    EXPECT_FALSE(talk.device().is_upgrading(talk.now(), CountUntil::Download));
    EXPECT_TRUE(talk.device().is_upgrading(talk.now(), CountUntil::Result));
}

TEST(DeviceMachine, IsDoneWhenObservedIfThatIsAllThatIsAsked) {
    Conversation talk(a_script(), {}, true);
    talk.start();
    talk.accept_registration();
    EXPECT_FALSE(talk.device().is_settled());
    talk.observe();
    EXPECT_TRUE(talk.device().is_settled());
    EXPECT_EQ(talk.device().end(), End::Registered);
}

}  // namespace
}  // namespace cellwise::sim::test
