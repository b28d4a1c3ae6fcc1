// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/lwm2m_client.hpp"

#include "tests/tools/sim/conversation.hpp"

#include <gmock/gmock.h>

namespace cellwise::sim::test {
namespace {

namespace code = coap::code;
namespace option = coap::option;
using pcp::ResultCode;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Gt;
using testing::Lt;
using testing::Not;
using testing::StartsWith;

std::string payload_after_read(Conversation& talk, std::vector<std::string> path) {
    talk.deliver(talk.request(code::kGet, std::move(path)));
    const auto response = talk.expect_message();
    if (response.code != code::kContent) return "code " + std::to_string(response.code);
    return std::to_string(response.number_of(option::kContentFormat).value_or(0)) + ":" + to_hex(response.payload);
}

TEST(LwM2mClient, RegistersWithEndpointBindingAndLifetime) {
    Conversation talk(a_script());
    talk.start();
    const auto request = talk.expect_message();
    EXPECT_EQ(request.code, code::kPost);
    EXPECT_EQ(request.type, coap::Type::Con);
    EXPECT_THAT(request.texts(option::kUriPath), testing::ElementsAre("rd"));
    EXPECT_THAT(request.texts(option::kUriQuery),
                testing::ElementsAre("lwm2m=1.0", "ep=urn:imei:866000000000007", "b=U", "lt=86400"));
    EXPECT_EQ(request.number_of(option::kContentFormat), coap::format::kLink);
}

TEST(LwM2mClient, SaysThatItSleeps) {
    Timing timing;
    timing.listens_after_uplink = seconds{10};
    Conversation talk(a_script(), timing);
    talk.start();
    EXPECT_THAT(talk.expect_message().texts(option::kUriQuery), Contains("b=UQ"));
}

TEST(LwM2mClient, GivesItsRadioInTheRegistration) {
    Conversation talk(a_script({Trait::ExtraQuery}));
    talk.start();
    EXPECT_THAT(
        talk.expect_message().texts(option::kUriQuery),
        AllOf(Contains("rsrp=-95"), Contains("sinr=12"), Contains("cellid=4242"), Contains(StartsWith("imsi="))));
}

TEST(LwM2mClient, RetriesEverMoreSlowlyAndNeverGivesUp) {
    Conversation talk(a_script());
    talk.start();
    int messages = 0;
    for (int i = 0; i < 60; ++i) {
        talk.advance(minutes{1});
        while (!talk.is_silent()) {
            EXPECT_EQ(talk.expect_message().code, code::kPost);
            ++messages;
        }
    }
    EXPECT_THAT(messages, AllOf(Gt(100), Lt(300)));
    talk.advance_until_heard();
    talk.accept_registration();
    EXPECT_TRUE(talk.device().client().is_registered());
}

TEST(LwM2mClient, TriesAgainWhenItIsUnknown) {
    Conversation talk(a_script());
    talk.start();
    talk.answer(talk.expect_message(), code::kForbidden);
    EXPECT_TRUE(talk.is_silent());
    talk.advance(seconds{2});
    talk.accept_registration();
    EXPECT_EQ(talk.device().client().counters().refusals, 1U);
    EXPECT_EQ(talk.device().client().counters().registrations, 1U);
}

TEST(LwM2mClient, IgnoresRequestsUntilTheRegistrationIsDigested) {
    Conversation talk(a_script({Trait::SlowDigest}));
    talk.start();
    talk.answer(talk.expect_message(), code::kCreated, {"rd", "x"});
    talk.advance(Duration{999});
    const auto get = talk.request(code::kGet, {"4", "0"});
    talk.deliver(get);
    EXPECT_TRUE(talk.is_silent());
    talk.advance(Duration{1});
    talk.deliver(get);
    EXPECT_EQ(talk.expect_message().code, code::kContent) << "a retransmission of what was ignored is heard";
}

TEST(LwM2mClient, SaysNothingUntilItIsObserved) {
    Conversation talk(a_script());
    talk.start();
    talk.accept_registration();
    talk.put(pcp::QueryVersion{});
    EXPECT_TRUE(talk.is_silent());
    talk.observe();
    talk.expect_uplink(pcp::VersionReply{ResultCode::Ok, version("V1.0")});
}

TEST(LwM2mClient, KeepsItsRegistrationByUpdates) {
    Conversation talk(a_script());
    talk.register_and_observe();
    for (int i = 0; i < 3; ++i) {
        talk.advance_until_heard();
        const auto update = talk.expect_message();
        EXPECT_THAT(update.texts(option::kUriPath), testing::ElementsAre("rd", "5a5a"));
        talk.answer(update, code::kChanged);
    }
    EXPECT_EQ(talk.device().client().counters().updates, 3U);
}

TEST(LwM2mClient, RegistersAnewWhenItsUpdateIsUnknown) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.advance_until_heard();
    talk.answer(talk.expect_message(), code::kNotFound);
    EXPECT_THAT(talk.expect_message().texts(option::kUriPath), testing::ElementsAre("rd"));
    EXPECT_EQ(talk.ports_used(), 1U);
}

TEST(LwM2mClient, RegistersAnewWhenItsNotificationIsReset) {
    for (const auto& dialect : {Dialect{}, Dialect{Trait::Non}}) {
        Conversation talk(a_script(dialect));
        talk.register_and_observe();
        talk.put(pcp::QueryVersion{});
        talk.reset(talk.expect_message());
        EXPECT_THAT(talk.expect_message().texts(option::kUriPath), testing::ElementsAre("rd")) << dialect.name();
    }
}

TEST(LwM2mClient, AsksWithAnUpdateWhenNobodyConfirmsItsNotification) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.put(pcp::QueryVersion{});
    const auto notification = talk.expect_message();
    for (int i = 0; i < 4; ++i) {
        talk.advance_until_heard();
        EXPECT_EQ(talk.expect_message(), notification);
    }
    talk.advance_until_heard();
    EXPECT_THAT(talk.expect_message().texts(option::kUriPath), testing::ElementsAre("rd", "5a5a"));
}

TEST(LwM2mClient, ReportsItsResultAfterANewRegistrationOnly) {
    Conversation talk(a_script());
    talk.register_and_observe();
    talk.upgrade_until_reboot();
    talk.advance_until_heard();
    talk.accept_registration();
    talk.advance(seconds{30});
    EXPECT_TRUE(talk.is_silent()) << "nobody observes it yet";
    talk.observe();
    talk.expect_uplink(pcp::UpgradeReport{ResultCode::Ok, version("V2.0")});
}

TEST(LwM2mClient, NotifiesWithAnObserveOptionThatGrows) {
    Conversation talk(a_script());
    talk.register_and_observe();
    std::vector<std::uint32_t> seen;
    for (int i = 0; i < 3; ++i) {
        talk.put(pcp::QueryVersion{});
        const auto notification = talk.expect_message();
        EXPECT_EQ(notification.type, coap::Type::Con);
        seen.push_back(notification.number_of(option::kObserve).value_or(0));
        talk.ack(notification);
    }
    EXPECT_THAT(seen, testing::ElementsAre(1U, 2U, 3U));
}

TEST(LwM2mClient, NotifiesWithoutObserveOptionAndNonConfirmablyByDialect) {
    Conversation talk(a_script({Trait::NoObserve, Trait::Non}));
    talk.register_and_observe();
    talk.put(pcp::QueryVersion{});
    const auto notification = talk.expect_message();
    EXPECT_EQ(notification.type, coap::Type::Non);
    EXPECT_FALSE(notification.number_of(option::kObserve));
}

TEST(LwM2mClient, AnswersWithSeparateResponsesByDialect) {
    Conversation talk(a_script({Trait::Separate}));
    talk.start();
    talk.accept_registration();
    const auto get = talk.request(code::kGet, {"4", "0", "8"});
    talk.deliver(get);
    const auto response = talk.expect_message();
    EXPECT_EQ(response.type, coap::Type::Con);
    EXPECT_EQ(response.token, get.token);
    EXPECT_NE(response.id, get.id);
}

TEST(LwM2mClient, AnswersReadsOfObject4AsTlv) {
    Conversation talk(a_script());
    talk.register_and_observe();
    EXPECT_EQ(payload_after_read(talk, {"4", "0"}), "11542:c10007c102a1c2081092c10b0c");
    EXPECT_EQ(payload_after_read(talk, {"4", "0", "8"}), "11542:c2081092");
    EXPECT_EQ(payload_after_read(talk, {"4", "0", "11"}), "11542:c10b0c");
    EXPECT_EQ(payload_after_read(talk, {"4", "0", "99"}), "code 132") << "4.04";
}

TEST(LwM2mClient, AnswersReadsOfObject4AsJsonByDialect) {
    Conversation json(a_script({Trait::RadioJson}));
    json.register_and_observe();
    EXPECT_EQ(payload_after_read(json, {"4", "0", "2"}),
              "11543:" + to_hex(as_bytes(R"({"bn":"/4/0/","e":[{"n":"2","v":-95}]})")));
    Conversation senml(a_script({Trait::RadioSenml}));
    senml.register_and_observe();
    EXPECT_EQ(payload_after_read(senml, {"4", "0"}),
              "110:" + to_hex(as_bytes(R"([{"bn":"/4/0/","n":"0","v":7},{"n":"2","v":-95},{"n":"8","v":4242},)"
                                       R"({"n":"11","v":12}])")));
}

TEST(LwM2mClient, GivesSingleResourcesThatTheWholeObjectLacks) {
    Conversation talk(a_script({Trait::RadioSingles}));
    talk.register_and_observe();
    EXPECT_EQ(payload_after_read(talk, {"4", "0"}), "11542:c10007");
    EXPECT_EQ(payload_after_read(talk, {"4", "0", "2"}), "11542:c102a1");
}

TEST(LwM2mClient, HearsNothingWhileItSleeps) {
    Timing timing;
    timing.listens_after_uplink = seconds{10};
    Conversation talk(a_script(), timing);
    talk.register_and_observe();
    talk.advance(seconds{10});
    talk.deliver(talk.request(code::kGet, {"4", "0"}));
    EXPECT_TRUE(talk.is_silent());
    EXPECT_EQ(talk.device().unheard(), 1U);
    talk.advance_until_heard();
    talk.answer(talk.expect_message(), code::kChanged);
    talk.put(pcp::QueryVersion{});
    talk.expect_uplink(pcp::VersionReply{ResultCode::Ok, version("V1.0")});
}

TEST(LwM2mClient, SpeaksFromAnotherPortWithoutRegisteringByDialect) {
    Conversation talk(a_script({Trait::Rebinds}));
    talk.register_and_observe();
    talk.advance_until_heard();
    EXPECT_EQ(talk.ports_used(), 2U);
    EXPECT_THAT(talk.expect_message().texts(option::kUriPath), testing::ElementsAre("rd", "5a5a"));
}

TEST(LwM2mClient, SendsDataOfItsOwnByDialect) {
    Conversation talk(a_script({Trait::BusinessData}));
    talk.register_and_observe();
    talk.advance_until_heard();
    const auto data = talk.expect_message();
    EXPECT_EQ(data.code, code::kContent);
    EXPECT_FALSE(data.payload.empty());
    EXPECT_FALSE(pcp::find_frame(data.payload));
    talk.ack(data);
    talk.advance_until_heard();
    EXPECT_THAT(talk.expect_message().texts(option::kUriPath), testing::ElementsAre("rd", "5a5a"));
}

}  // namespace
}  // namespace cellwise::sim::test
