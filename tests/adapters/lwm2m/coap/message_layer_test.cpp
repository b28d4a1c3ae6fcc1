// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/message_layer.hpp"

#include "tests/adapters/lwm2m/coap/conversation.hpp"

namespace cellwise::lwm2m::coap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class CoapMessageLayer : public Conversation {};

Message post(std::uint16_t id, std::string_view payload = "</19/0>") {
    Message request{.type = Type::Con, .code = code::kPost, .id = id, .token = token("aabb")};
    request.add(option::kUriPath, "rd");
    request.payload = bytes(payload);
    return request;
}

Message notification(std::uint16_t id, Type type = Type::Con) {
    Message message{.type = type, .code = code::kContent, .id = id, .token = token("0102030405060708")};
    message.add_uint(option::kObserve, id);
    message.payload = bytes("uplink");
    return message;
}

TEST_F(CoapMessageLayer, AnswersARequestInItsAck) {
    answer = [](const PeerAddress&, const Message&) {
        Message response{.code = code::kCreated};
        return response.add(option::kLocationPath, "rd").add(option::kLocationPath, "5a");
    };
    receive(post(7));
    const Message response = next();
    EXPECT_EQ(response.type, Type::Ack);
    EXPECT_EQ(response.code, code::kCreated);
    EXPECT_EQ(response.id, 7);
    EXPECT_EQ(response.token, token("aabb"));
    EXPECT_THAT(response.texts(option::kLocationPath), ElementsAre("rd", "5a"));
    EXPECT_EQ(as_text(requests.at(0).payload), "</19/0>");
}

TEST_F(CoapMessageLayer, ExecutesADuplicatedRequestOnceAndAnswersWithTheSameBytes) {
    int count = 0;
    answer = [&count](const PeerAddress&, const Message&) {
        return Message{.code = code::kContent, .payload = bytes(std::to_string(++count))};
    };
    receive(post(7));
    const Bytes first = next_bytes();
    for (int i = 0; i < 3; ++i) {
        now += Duration{20'000};
        receive(post(7));
        EXPECT_EQ(next_bytes(), first);
    }
    EXPECT_THAT(requests, SizeIs(1));
    EXPECT_EQ(layer.counters().duplicates, 3U);
}

TEST_F(CoapMessageLayer, RecognisesADuplicateThatComesAfterNewerMessages) {
    receive(post(7));
    const Bytes first = next_bytes();
    for (std::uint16_t id = 8; id < 30; ++id) {
        receive(post(id));
        next();
    }
    receive(post(7));
    EXPECT_EQ(next_bytes(), first);
    EXPECT_THAT(requests, SizeIs(23));
}

TEST_F(CoapMessageLayer, TakesAnIdAsNewAfterTheExchangeLifetime) {
    receive(post(7));
    next();
    now += Duration{247'000};
    receive(post(7));
    next();
    EXPECT_THAT(requests, SizeIs(2));
}

TEST_F(CoapMessageLayer, TakesOtherBytesUnderAnOldIdAsANewMessage) {
    receive(post(1, "first life"));
    next();
    receive(post(1, "after a restart"));
    next();
    EXPECT_THAT(requests, SizeIs(2));
    receive(post(1, "after a restart"));
    next();
    EXPECT_THAT(requests, SizeIs(2));
}

TEST_F(CoapMessageLayer, KeepsIdsOfDifferentPeersApart) {
    receive(post(7), peer(1));
    next();
    receive(post(7), peer(2));
    next();
    receive(post(7), peer(1, 5684));
    next();
    EXPECT_THAT(requests, SizeIs(3));
}

TEST_F(CoapMessageLayer, AnswersANonConfirmableRequestByOneAndIgnoresItsDuplicate) {
    Message request = post(7);
    request.type = Type::Non;
    receive(request);
    const Message response = next();
    EXPECT_EQ(response.type, Type::Non);
    EXPECT_EQ(response.code, code::kChanged);
    EXPECT_EQ(response.token, token("aabb"));
    receive(request);
    EXPECT_THAT(sent, IsEmpty());
    EXPECT_THAT(requests, SizeIs(1));
}

TEST_F(CoapMessageLayer, ConfirmsADuplicatedNotificationAgainAndShowsItOnce) {
    observed = token("0102030405060708");
    for (int i = 0; i < 3; ++i) {
        receive(notification(9));
        EXPECT_EQ(to_hex(next_bytes()), "60000009");
    }
    receive(notification(10));
    EXPECT_EQ(to_hex(next_bytes()), "6000000a");
    EXPECT_THAT(notifications, SizeIs(2));
}

TEST_F(CoapMessageLayer, ResetsAConfirmableNotificationOfAnUnknownToken) {
    for (int i = 0; i < 2; ++i) {
        receive(notification(9));
        EXPECT_EQ(to_hex(next_bytes()), "70000009");
    }
    EXPECT_EQ(layer.counters().duplicates, 1U);
}

TEST_F(CoapMessageLayer, ShowsANonConfirmableNotificationAndSendsNothing) {
    observed = token("0102030405060708");
    receive(notification(9, Type::Non));
    receive(notification(9, Type::Non));
    EXPECT_THAT(notifications, SizeIs(1));
}

TEST_F(CoapMessageLayer, IgnoresANonConfirmableNotificationOfAnUnknownToken) {
    receive(notification(9, Type::Non));
    EXPECT_THAT(notifications, IsEmpty());
}

TEST_F(CoapMessageLayer, TakesANotificationFromAnotherAddress) {
    observed = token("0102030405060708");
    receive(notification(9), peer(1, 40'001));
    EXPECT_EQ(next().type, Type::Ack);
    EXPECT_EQ(last_route.peer, peer(1, 40'001));
    EXPECT_THAT(notifications, SizeIs(1));
}

TEST_F(CoapMessageLayer, ResetsAPing) {
    receive_bytes({0x40, 0, 0x12, 0x34});
    EXPECT_EQ(to_hex(next_bytes()), "70001234");
    receive_bytes({0x50, 0, 0x12, 0x34});  // not confirmable: nothing to say
}

TEST_F(CoapMessageLayer, ResetsWhatIsMalformedAndConfirmable) {
    receive_bytes({0x40, 1, 0x12, 0x34, 0xF0});
    EXPECT_EQ(to_hex(next_bytes()), "70001234");
    receive_bytes({0x50, 1, 0x12, 0x34, 0xF0});
    receive_bytes({0x49, 1, 0x12, 0x35});
    EXPECT_EQ(to_hex(next_bytes()), "70001235");
    EXPECT_EQ(layer.counters().malformed, 3U);
    EXPECT_THAT(requests, IsEmpty());
}

TEST_F(CoapMessageLayer, IgnoresWhatIsNotCoapOne) {
    receive_bytes({});
    receive_bytes({0x40});
    receive_bytes({0x80, 1, 0, 1});
    EXPECT_EQ(layer.counters().malformed, 3U);
    EXPECT_EQ(layer.counters().peers, 0U);
}

TEST_F(CoapMessageLayer, ResetsConfirmableMessagesOfReservedClasses) {
    for (const unsigned code_class : {1U, 6U, 7U}) {
        receive({.type = Type::Con, .code = make_code(code_class, 1), .id = static_cast<std::uint16_t>(code_class)});
        EXPECT_EQ(next().type, Type::Rst) << code_class;
        receive({.type = Type::Non, .code = make_code(code_class, 1), .id = 99});
    }
    EXPECT_THAT(requests, IsEmpty());
}

TEST_F(CoapMessageLayer, IgnoresConfirmationsOfNothing) {
    receive({.type = Type::Ack, .id = 5});
    receive({.type = Type::Rst, .id = 5});
    receive({.type = Type::Ack, .code = code::kContent, .id = 5, .token = token("0102030405060708")});
    receive({.type = Type::Ack, .code = code::kGet, .id = 5});
    receive({.type = Type::Rst, .code = code::kContent, .id = 5});
}

TEST_F(CoapMessageLayer, RefusesARequestWithAnUnknownCriticalOption) {
    Message request = post(7);
    request.add(2'001, "");
    receive(request);
    const Message response = next();
    EXPECT_EQ(response.code, code::kBadOption);
    EXPECT_EQ(response.type, Type::Ack);
    EXPECT_EQ(response.token, request.token);
    request.type = Type::Non;
    request.id = 8;
    receive(request);  // RFC 7252, 5.4.1: rejected, that is, ignored
    EXPECT_THAT(requests, IsEmpty());
}

TEST_F(CoapMessageLayer, IsNoProxy) {
    Message request = post(7);
    request.add(35, "coap://elsewhere/");
    receive(request);
    EXPECT_EQ(next().code, make_code(5, 5));
}

TEST_F(CoapMessageLayer, ToleratesUnknownElectiveOptions) {
    Message request = post(7);
    request.add(2'000, "whatever").add(258, "");
    receive(request);
    EXPECT_EQ(next().code, code::kChanged);
}

TEST_F(CoapMessageLayer, RejectsANotificationWithAnUnknownCriticalOption) {
    observed = token("0102030405060708");
    Message message = notification(9);
    message.add(2'001, "");
    receive(message);
    EXPECT_EQ(next().type, Type::Rst);
    EXPECT_THAT(notifications, IsEmpty());
}

TEST_F(CoapMessageLayer, SendsWhatARequestCausesAfterItsAnswer) {
    answer = [this](const PeerAddress& from, const Message&) {
        get("19", from);
        return Message{.code = code::kCreated};
    };
    receive(post(7));
    EXPECT_EQ(next().code, code::kCreated);
    EXPECT_EQ(next().code, code::kGet);
}

TEST_F(CoapMessageLayer, AnswersFromTheAddressThatWasAsked) {
    const LocalAddress local = peer(77).ip;
    layer.receive({.peer = peer(1), .local = local}, encode(post(7)), now);
    next();
    EXPECT_EQ(last_route.local, local);
    get();  // and so do later requests of ours
    next();
    EXPECT_EQ(last_route.local, local);
}

TEST_F(CoapMessageLayer, PutsTogetherABodyThatComesInBlocks) {
    const Bytes body = body_of(2'600);
    answer = [](const PeerAddress&, const Message&) { return Message{.code = code::kCreated}; };
    for (std::uint32_t number = 0; number < 3; ++number) {
        Message request = post(static_cast<std::uint16_t>(100 + number));
        const Block block{.number = number, .more = number < 2};
        request.add_uint(option::kBlock1, block.value());
        request.payload.assign(body.begin() + static_cast<long>(block.offset()),
                               body.begin() + static_cast<long>(std::min(body.size(), block.offset() + 1'024)));
        receive(request);
        const Message response = next();
        EXPECT_EQ(response.code, number < 2 ? code::kContinue : code::kCreated);
        EXPECT_EQ(response.number_of(option::kBlock1), block.value());
    }
    ASSERT_THAT(requests, SizeIs(1));
    EXPECT_EQ(requests[0].payload, body);
    EXPECT_EQ(requests[0].find(option::kBlock1), nullptr);
}

TEST_F(CoapMessageLayer, ServesALargeAnswerByBlocks) {
    const Bytes body = body_of(2'500);
    answer = [&body](const PeerAddress&, const Message&) { return Message{.code = code::kContent, .payload = body}; };
    Bytes got;
    for (std::uint32_t number = 0; number < 3; ++number) {
        Message request{.type = Type::Con, .code = code::kGet, .id = static_cast<std::uint16_t>(number)};
        if (number > 0) request.add_uint(option::kBlock2, Block{.number = number}.value());
        receive(request);
        const Message response = next();
        const Block expected{.number = number, .more = number < 2};
        EXPECT_EQ(response.number_of(option::kBlock2), expected.value());
        got.insert(got.end(), response.payload.begin(), response.payload.end());
    }
    EXPECT_EQ(got, body);
}

TEST_F(CoapMessageLayer, RefusesReservedBlockSizes) {
    Message request{.type = Type::Con, .code = code::kGet, .id = 1};
    receive(request.add_uint(option::kBlock2, 7));
    EXPECT_EQ(next().code, code::kBadRequest);
    Message put = post(2);
    receive(put.add_uint(option::kBlock1, 7));
    EXPECT_EQ(next().code, code::kBadRequest);
    EXPECT_THAT(requests, IsEmpty());
}

TEST_F(CoapMessageLayer, ForgetsTheIdlePeersFirstAndNeverABusyOne) {
    get("x", peer(1));
    const Message request = next();
    for (unsigned i = 2; i < 5'000; ++i) {
        receive_bytes({0x40, 0, 0, 1}, peer(i));
        next();
    }
    EXPECT_EQ(layer.counters().peers, 1'000U);
    receive(rst(request), peer(1));  // matched by address and id alone
    EXPECT_EQ(only_end(), RequestEnd::Reset);
    EXPECT_EQ(layer.counters().requests, 0U);
}

TEST_F(CoapMessageLayer, ServesNobodyNewWhileEveryPlaceIsHeld) {
    for (unsigned i = 0; i < 1'000; ++i) {
        get("x", peer(i));
        next();
    }
    receive(post(7), peer(5'000));
    EXPECT_EQ(layer.counters().unserved, 1U);
    EXPECT_THAT(requests, IsEmpty());
    get("x", peer(5'000));
    advance();
    ASSERT_THAT(ended, SizeIs(1));
    EXPECT_EQ(ended[0].end, RequestEnd::Cancelled);
    receive(post(7), peer(3));  // who is known is served
    EXPECT_EQ(next().code, code::kChanged);
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
