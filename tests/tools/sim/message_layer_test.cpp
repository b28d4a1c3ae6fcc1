// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/message_layer.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

namespace code = coap::code;
using How = ExchangeEnded::How;

class MessageLayerTest : public testing::Test {
 protected:
    static constexpr Timestamp kStart{Duration{1'000'000}};

    std::vector<LayerEvent> deliver(const coap::Message& message) {
        return layer.on_datagram(coap::encode(message), now);
    }
    std::vector<coap::Message> sent() {
        std::vector<coap::Message> messages;
        for (const auto& bytes : layer.take_outbox()) messages.push_back(coap::parse(bytes).value());
        return messages;
    }
    coap::Message only_sent() {
        auto messages = sent();
        EXPECT_EQ(messages.size(), 1U);
        return messages.empty() ? coap::Message{} : messages.front();
    }
    static const ExchangeEnded& only_end(const std::vector<LayerEvent>& events) {
        EXPECT_EQ(events.size(), 1U);
        return std::get<ExchangeEnded>(events.at(0));
    }
    /// Turns the clock to the layer's deadline.
    std::vector<LayerEvent> time_out() {
        now = layer.deadline().value();
        return layer.on_timer(now);
    }

    Timestamp now = kStart;
    MessageLayer layer{CoapTiming{}, SplitMix64(1)};
};

TEST_F(MessageLayerTest, RetransmitsWithDoublingTimeoutsAndThenGivesUp) {
    layer.send_request({.code = code::kPost}, 5, 4, now);
    const auto first = only_sent();
    auto wait = *layer.deadline() - now;
    EXPECT_GE(wait, Duration{2'000});
    EXPECT_LE(wait, Duration{3'000});
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(time_out().empty());
        EXPECT_EQ(only_sent(), first);
        EXPECT_EQ(*layer.deadline() - now, wait * 2);
        wait *= 2;
    }
    const auto events = time_out();
    EXPECT_EQ(only_end(events).how, How::GaveUp);
    EXPECT_EQ(only_end(events).tag, 5U);
    EXPECT_EQ(layer.retransmissions(), 4U);
    EXPECT_FALSE(layer.is_busy());
}

TEST_F(MessageLayerTest, SendsOneConfirmableAtATime) {
    layer.notify_con({.code = code::kContent}, 1, now);
    layer.notify_con({.code = code::kContent}, 2, now);
    const auto first = only_sent();
    EXPECT_EQ(only_end(deliver({.type = coap::Type::Ack, .id = first.id})).tag, 1U);
    const auto second = only_sent();
    EXPECT_NE(second.id, first.id);
    EXPECT_EQ(only_end(deliver({.type = coap::Type::Ack, .id = second.id})).tag, 2U);
}

TEST_F(MessageLayerTest, TakesAPiggybackedResponse) {
    layer.send_request({.code = code::kPost}, 7, 1, now);
    const auto request = only_sent();
    const auto events =
        deliver({.type = coap::Type::Ack, .code = code::kCreated, .id = request.id, .token = request.token});
    EXPECT_EQ(only_end(events).how, How::Answered);
    EXPECT_EQ(only_end(events).response.code, code::kCreated);
    EXPECT_EQ(only_end(events).first_sent, kStart);
}

TEST_F(MessageLayerTest, WaitsForASeparateResponseAndConfirmsIt) {
    layer.send_request({.code = code::kPost}, 7, 1, now);
    const auto request = only_sent();
    EXPECT_TRUE(deliver({.type = coap::Type::Ack, .id = request.id}).empty());
    const coap::Message response{.type = coap::Type::Con, .code = code::kCreated, .id = 9, .token = request.token};
    EXPECT_EQ(only_end(deliver(response)).how, How::Answered);
    EXPECT_EQ(only_sent(), (coap::Message{.type = coap::Type::Ack, .id = 9}));
    EXPECT_TRUE(deliver(response).empty()) << "a repeat is only confirmed again";
    EXPECT_EQ(only_sent().type, coap::Type::Ack);
}

TEST_F(MessageLayerTest, GivesUpWhenTheSeparateResponseNeverComes) {
    layer.send_request({.code = code::kPost}, 7, 4, now);
    deliver({.type = coap::Type::Ack, .id = only_sent().id});
    EXPECT_EQ(*layer.deadline(), now + Duration{30'000});
    EXPECT_EQ(only_end(time_out()).how, How::GaveUp);
    EXPECT_TRUE(sent().empty());
}

TEST_F(MessageLayerTest, IgnoresAResponseWithAForeignToken) {
    layer.send_request({.code = code::kPost}, 7, 4, now);
    const auto request = only_sent();
    auto token = request.token;
    token.bytes[0] ^= 1U;
    EXPECT_TRUE(deliver({.type = coap::Type::Ack, .code = code::kCreated, .id = request.id, .token = token}).empty());
    EXPECT_TRUE(layer.is_busy());
}

TEST_F(MessageLayerTest, TellsAResetOfBothKindsOfNotification) {
    layer.notify_con({.code = code::kContent}, 1, now);
    EXPECT_EQ(only_end(deliver({.type = coap::Type::Rst, .id = only_sent().id})).how, How::Reset);
    layer.notify_non({.code = code::kContent}, 2);
    const auto events = deliver({.type = coap::Type::Rst, .id = only_sent().id});
    EXPECT_EQ(only_end(events).how, How::Reset);
    EXPECT_EQ(only_end(events).tag, 2U);
}

TEST_F(MessageLayerTest, GivesADuplicateTheSameAnswerUntilItsLifetimeIsOver) {
    const coap::Message request{.code = code::kGet, .id = 77, .token = {{1}, 1}};
    ASSERT_EQ(deliver(request).size(), 1U);
    layer.respond(request, {.code = code::kContent, .payload = {42}}, now);
    const auto answer = only_sent();
    EXPECT_EQ(answer.type, coap::Type::Ack);
    EXPECT_TRUE(deliver(request).empty());
    EXPECT_EQ(only_sent(), answer);
    now += Duration{247'000};
    EXPECT_EQ(deliver(request).size(), 1U) << "long ago: the number may be a new message's";
}

TEST_F(MessageLayerTest, TakesTheSameNumberWithAnotherTokenForAnotherRequest) {
    const coap::Message request{.code = code::kGet, .id = 77, .token = {{1}, 1}};
    deliver(request);
    layer.respond(request, {.code = code::kContent}, now);
    auto other = request;
    other.token.bytes[0] = 2;
    EXPECT_EQ(deliver(other).size(), 1U);
}

TEST_F(MessageLayerTest, ShowsARequestAgainThatWasNotAnswered) {
    const coap::Message request{.code = code::kGet, .id = 77};
    EXPECT_EQ(deliver(request).size(), 1U);
    EXPECT_EQ(deliver(request).size(), 1U);
}

TEST_F(MessageLayerTest, AnswersAPingAndNoNonsense) {
    EXPECT_TRUE(deliver({.type = coap::Type::Con, .id = 5}).empty());
    EXPECT_EQ(only_sent(), (coap::Message{.type = coap::Type::Rst, .id = 5}));
    EXPECT_TRUE(layer.on_datagram(Bytes{0xFF, 0x00}, now).empty());
    EXPECT_TRUE(sent().empty());
}

TEST_F(MessageLayerTest, ForgetsEverythingAtAReset) {
    const coap::Message request{.code = code::kGet, .id = 77};
    deliver(request);
    layer.respond(request, {.code = code::kContent}, now);
    layer.notify_con({.code = code::kContent}, 1, now);
    layer.reset();
    EXPECT_TRUE(sent().empty());
    EXPECT_FALSE(layer.deadline());
    EXPECT_EQ(deliver(request).size(), 1U);
}

}  // namespace
}  // namespace cellwise::sim
