// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/exchanges.hpp"

#include "tests/adapters/lwm2m/coap/conversation.hpp"

namespace cellwise::lwm2m::coap {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Our requests, through the message layer that they live in.
class CoapExchanges : public Conversation {
 protected:
    Message separate(const Message& request, std::uint16_t id, Type type = Type::Con) const {
        return {.type = type, .code = code::kContent, .id = id, .token = request.token, .payload = bytes("late")};
    }
};

TEST_F(CoapExchanges, EndWithThePiggybackedResponse) {
    get();
    const Message request = next();
    EXPECT_EQ(request.type, Type::Con);
    EXPECT_EQ(request.token.length, 8);
    receive(piggyback(request, code::kContent, bytes("42")));
    EXPECT_EQ(only_end(), RequestEnd::Answered);
    EXPECT_EQ(as_text(ended[0].response->payload), "42");
    EXPECT_EQ(ended[0].from, peer(1));
    EXPECT_FALSE(advance());
}

TEST_F(CoapExchanges, KeepTheTokenThatTheCallerChose) {
    ask({.code = code::kGet, .token = token("0102030405060708")});
    const Message request = next();
    EXPECT_EQ(request.token, token("0102030405060708"));
    receive(piggyback(request, code::kContent));
    EXPECT_EQ(ended.at(0).response->token, token("0102030405060708"));
}

TEST_F(CoapExchanges, RetransmitTheSameBytesInDoublingIntervalsAndGiveUp) {
    // RFC 7252, 4.2: the first interval is drawn from [ack_timeout, ack_timeout * factor).
    for (int round = 0; round < 200; ++round) {
        ended.clear();
        const Timestamp start = now;
        ask({.code = code::kGet}, peer(1),
            {.ack_timeout = Duration{15'000}, .ack_random_factor = 1.5, .max_retransmit = 4});
        const Bytes first = next_bytes();
        Duration interval{};
        for (int retransmission = 0; retransmission < 4; ++retransmission) {
            const Timestamp before = now;
            ASSERT_TRUE(advance());
            ASSERT_EQ(next_bytes(), first);
            if (retransmission == 0) {
                ASSERT_GE(now - start, Duration{15'000});
                ASSERT_LT(now - start, Duration{22'500});
            } else {
                ASSERT_EQ(now - before, 2 * interval);
            }
            interval = now - before;
        }
        const Timestamp before = now;
        ASSERT_TRUE(advance());
        ASSERT_EQ(now - before, 2 * interval);
        ASSERT_EQ(only_end(), RequestEnd::TimedOut);
        ASSERT_FALSE(ended[0].response);
        ASSERT_FALSE(advance());
    }
}

TEST_F(CoapExchanges, DrawTheFirstIntervalFromItsWholeRange) {
    Duration least{99'999}, most{0};
    for (unsigned i = 0; i < 500; ++i) {
        get("x", peer(i));
        next();
        const Timestamp start = now;
        advance();
        next();
        least = std::min<Duration>(least, now - start);
        most = std::max<Duration>(most, now - start);
        layer.cancel(i + 1, now);
        layer.tick(now);
    }
    EXPECT_LT(least, Duration{2'050});
    EXPECT_GT(most, Duration{2'950});
}

TEST_F(CoapExchanges, SurviveALostAck) {
    get();
    const Message request = next();
    advance();
    EXPECT_EQ(next().id, request.id);
    receive(piggyback(request, code::kContent));
    EXPECT_EQ(only_end(), RequestEnd::Answered);
    receive(piggyback(request, code::kContent));  // the answer to the first transmission, late
    EXPECT_THAT(ended, SizeIs(1));
}

TEST_F(CoapExchanges, WithoutRetransmissionEndAfterOneInterval) {
    ask({.code = code::kGet}, peer(1), {.max_retransmit = 0});
    next();
    advance();
    EXPECT_EQ(only_end(), RequestEnd::TimedOut);
}

TEST_F(CoapExchanges, EndByReset) {
    get();
    receive(rst(next()));
    EXPECT_EQ(only_end(), RequestEnd::Reset);
}

TEST_F(CoapExchanges, IgnoreConfirmationsOfOtherIdsAndPeers) {
    get();
    const Message request = next();
    Message wrong = request;
    ++wrong.id;
    receive(rst(wrong));
    receive(ack(wrong));
    receive(piggyback(wrong, code::kContent));
    receive(rst(request), peer(2));
    receive(ack(request), peer(2));
    Message stranger = piggyback(request, code::kContent);
    stranger.token.bytes[0] ^= 1U;
    receive(stranger);
    EXPECT_THAT(ended, IsEmpty());
    advance();  // not even an empty ACK was taken: it goes on
    EXPECT_EQ(next().id, request.id);
}

TEST_F(CoapExchanges, WaitForASeparateResponseAndConfirmItsDuplicates) {
    get();
    const Message request = next();
    receive(ack(request));
    wait(Duration{59'000});
    EXPECT_THAT(sent, IsEmpty());  // no retransmission after the ACK
    for (int i = 0; i < 3; ++i) {
        receive(separate(request, 700));
        EXPECT_EQ(to_hex(next_bytes()), "600002bc");
    }
    EXPECT_EQ(only_end(), RequestEnd::Answered);
    EXPECT_EQ(as_text(ended[0].response->payload), "late");
}

TEST_F(CoapExchanges, TakeASeparateResponseThatNeedsNoConfirmation) {
    get();
    const Message request = next();
    receive(ack(request));
    receive(separate(request, 700, Type::Non));
    EXPECT_EQ(only_end(), RequestEnd::Answered);
}

TEST_F(CoapExchanges, TakeASeparateResponseThatOvertookItsAck) {
    get();
    const Message request = next();
    receive(separate(request, 700));
    EXPECT_EQ(next().type, Type::Ack);
    EXPECT_EQ(only_end(), RequestEnd::Answered);
    receive(ack(request));
    EXPECT_FALSE(advance());
}

TEST_F(CoapExchanges, GiveUpWaitingForASeparateResponse) {
    get();
    const Message request = next();
    receive(ack(request));
    const Timestamp accepted = now;
    advance();
    EXPECT_EQ(now - accepted, Duration{60'000});
    EXPECT_EQ(only_end(), RequestEnd::TimedOut);
    receive(separate(request, 700));  // nobody waits for it any more
    EXPECT_EQ(next().type, Type::Rst);
}

TEST_F(CoapExchanges, TakeTheResponseFromAPeerThatChangedItsPort) {
    get();
    const Message request = next();
    receive(piggyback(request, code::kContent), peer(1, 40'001));
    EXPECT_EQ(only_end(), RequestEnd::Answered);
    EXPECT_EQ(ended[0].from, peer(1, 40'001));
}

TEST_F(CoapExchanges, AnswerTheNewAddressOfASeparateResponse) {
    get();
    const Message request = next();
    receive(ack(request));
    receive(separate(request, 700), peer(9, 40'001));
    EXPECT_EQ(next().type, Type::Ack);
    EXPECT_EQ(last_route.peer, peer(9, 40'001));
    EXPECT_EQ(ended.at(0).from, peer(9, 40'001));
}

TEST_F(CoapExchanges, TrustAShortTokenFromTheSameAddressOnly) {
    ask({.code = code::kGet, .token = token("01")});
    const Message request = next();
    receive(piggyback(request, code::kContent), peer(2));
    EXPECT_THAT(ended, IsEmpty());
    receive(piggyback(request, code::kContent));
    EXPECT_EQ(only_end(), RequestEnd::Answered);
}

TEST_F(CoapExchanges, LeaveNotificationsToTheObservationTheyEnd) {
    observed = token("0102030405060708");
    Message stop{.code = code::kGet, .token = observed};
    ask(stop.add_uint(option::kObserve, 1));
    const Message request = next();
    Message crossing = separate(request, 700);
    receive(crossing.add_uint(option::kObserve, 5));
    EXPECT_EQ(next().type, Type::Ack);
    EXPECT_THAT(ended, IsEmpty());
    EXPECT_THAT(notifications, SizeIs(1));
    receive(piggyback(request, code::kContent));
    EXPECT_EQ(only_end(), RequestEnd::Answered);
}

TEST_F(CoapExchanges, SendOneRequestAPeerAtATimeInOrder) {
    get("a");
    get("b");
    get("c", peer(2));
    const Message first = next();
    const Message other = next();
    EXPECT_EQ(first.texts(option::kUriPath).at(0), "a");
    EXPECT_EQ(other.texts(option::kUriPath).at(0), "c");
    receive(piggyback(first, code::kContent));
    const Message second = next();
    EXPECT_EQ(second.texts(option::kUriPath).at(0), "b");
    EXPECT_EQ(second.id, static_cast<std::uint16_t>(first.id + 1));
    EXPECT_NE(second.token, first.token);
    receive(piggyback(second, code::kContent));
    EXPECT_THAT(ended, SizeIs(2));
}

TEST_F(CoapExchanges, SendTheNextWhenTheOneBeforeTimesOut) {
    get("a");
    get("b");
    next();
    for (int i = 0; i < 4; ++i) {
        advance();
        next();
    }
    advance();
    EXPECT_EQ(only_end(), RequestEnd::TimedOut);
    EXPECT_EQ(next().texts(option::kUriPath).at(0), "b");
}

TEST_F(CoapExchanges, RefuseMoreThanTheQueueHolds) {
    for (std::size_t i = 0; i < 1 + Transport::kMaxQueued; ++i) get();
    next();
    EXPECT_EQ(layer.counters().requests, 1 + Transport::kMaxQueued);
    get();
    EXPECT_THAT(ended, IsEmpty());  // not within the call
    EXPECT_LE(layer.next_deadline().value(), now);
    layer.tick(now);
    EXPECT_EQ(only_end(), RequestEnd::Cancelled);
}

TEST_F(CoapExchanges, HastenSendsTheSameBytesAgainAndKeepsTheSchedule) {
    const RequestHandle handle = get();
    const Bytes first = next_bytes();
    const std::optional<Timestamp> due = layer.next_deadline();
    now += Duration{500};
    layer.hasten(handle);
    EXPECT_EQ(next_bytes(), first);
    EXPECT_EQ(layer.next_deadline(), due);
    EXPECT_EQ(layer.counters().retransmissions, 1U);
}

TEST_F(CoapExchanges, HastenLeavesWaitingAndEndedRequestsAlone) {
    const RequestHandle first = get("a"), second = get("b");
    const Message request = next();
    layer.hasten(second);
    EXPECT_THAT(sent, IsEmpty());
    receive(piggyback(request, code::kContent));
    next();
    layer.hasten(first);
    layer.hasten(0);
    layer.hasten(12'345);
}

TEST_F(CoapExchanges, CancelEndsSoonButNotWithinTheCall) {
    const RequestHandle handle = get("a");
    get("b");
    const Message request = next();
    layer.cancel(handle, now);
    EXPECT_THAT(ended, IsEmpty());
    EXPECT_EQ(next().texts(option::kUriPath).at(0), "b");
    advance();
    EXPECT_EQ(only_end(), RequestEnd::Cancelled);
    receive(piggyback(request, code::kContent));  // too late
    EXPECT_THAT(ended, SizeIs(1));
    layer.cancel(handle, now);
    layer.cancel(0, now);
    EXPECT_THAT(ended, SizeIs(1));
}

TEST_F(CoapExchanges, CancelTakesAWaitingRequestOutOfTheLine) {
    get("a");
    const RequestHandle second = get("b");
    get("c");
    const Message first = next();
    layer.cancel(second, now);
    layer.tick(now);
    EXPECT_EQ(only_end(), RequestEnd::Cancelled);
    receive(piggyback(first, code::kContent));
    EXPECT_EQ(next().texts(option::kUriPath).at(0), "c");
}

TEST_F(CoapExchanges, TheSameTokenElsewhereEndsTheEarlierRequest) {
    ask({.code = code::kGet, .token = token("0102030405060708")}, peer(1));
    next();
    ask({.code = code::kGet, .token = token("0102030405060708")}, peer(1, 40'001));
    const Message second = next();
    layer.tick(now);
    EXPECT_EQ(only_end(), RequestEnd::Cancelled);
    receive(piggyback(second, code::kContent), peer(1, 40'001));
    EXPECT_EQ(ended.at(1).end, RequestEnd::Answered);
}

TEST_F(CoapExchanges, MayBeStartedAndCancelledFromTheEndOfAnother) {
    int rounds = 0;
    std::function<void(RequestEnd, const PeerAddress&, const Message*)> again;
    again = [&](RequestEnd, const PeerAddress& from, const Message*) {
        if (++rounds == 5) return;
        const RequestHandle dropped = get("dropped", from);
        layer.request(from, {.code = code::kGet}, {}, again, now);
        layer.cancel(dropped, now);
    };
    layer.request(peer(1), {.code = code::kGet}, {}, again, now);
    while (!sent.empty()) {
        receive(piggyback(next(), code::kContent));
        layer.tick(now);
    }
    EXPECT_EQ(rounds, 5);
    EXPECT_THAT(ended, SizeIs(4));
    EXPECT_EQ(layer.counters().requests, 0U);
}

TEST_F(CoapExchanges, GoOnWhenIdsWrapAround) {
    constexpr int kExchanges = 66'000;
    std::uint16_t expected = 0;
    for (int i = 0; i < kExchanges; ++i) {
        get();
        const Message request = next();
        if (i > 0) {
            ASSERT_EQ(request.id, expected) << i;
        }
        expected = static_cast<std::uint16_t>(request.id + 1);
        receive(piggyback(request, code::kContent));
    }
    EXPECT_THAT(ended, SizeIs(kExchanges));
    EXPECT_FALSE(advance());
}

TEST_F(CoapExchanges, IgnoreAResponseWithAnUnknownCriticalOption) {
    get();
    const Message request = next();
    Message response = piggyback(request, code::kContent);
    receive(response.add(2'001, ""));
    EXPECT_THAT(ended, IsEmpty());
    receive(piggyback(request, code::kContent));
    EXPECT_EQ(only_end(), RequestEnd::Answered);
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
