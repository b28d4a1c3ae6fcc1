// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message_layer.hpp"
#include "tests/fakes/seeded_random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace cellwise::lwm2m::coap {

/// Evenly below a bound, the same in every run.
class Dice {
 public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    unsigned below(unsigned bound) { return static_cast<unsigned>(engine_() % bound); }

 private:
    std::mt19937 engine_;
};

inline PeerAddress peer(unsigned number, std::uint16_t port = 5683) {
    PeerAddress address{.port = port};
    address.ip[10] = address.ip[11] = 0xFF;
    for (unsigned i = 0; i < 4; ++i) address.ip[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return address;
}

inline Token token(std::string_view hex) {
    Token made;
    Bytes bytes;
    EXPECT_TRUE(from_hex(hex, bytes) && bytes.size() <= 8) << hex;
    std::copy(bytes.begin(), bytes.end(), made.bytes.begin());
    made.length = static_cast<std::uint8_t>(bytes.size());
    return made;
}

inline Bytes bytes(std::string_view text) {
    const ByteView view = as_bytes(text);
    return Bytes(view.begin(), view.end());
}

/// A body whose every byte tells its place.
inline Bytes body_of(std::size_t size) {
    Bytes body(size);
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    return body;
}

/// One message layer and, in place of the rest of the world, the test: every datagram is sent and expected by hand,
/// and so is every millisecond.
class Conversation : public testing::Test, public DatagramSink, public TransportUser {
 protected:
    struct Sent {
        Route to;
        Bytes datagram;
    };
    struct Ended {
        RequestEnd end;
        PeerAddress from;
        std::optional<Message> response;
    };

    // The layer's side.
    void send(const Route& to, ByteView datagram) override {
        sent.push_back({to, Bytes(datagram.begin(), datagram.end())});
    }
    Message on_request(const PeerAddress& from, const Message& request) override {
        requests.push_back(request);
        return answer ? answer(from, request) : Message{.code = code::kChanged};
    }
    bool on_notification(const PeerAddress&, const Message& notification) override {
        if (notification.token != observed) return false;
        notifications.push_back(notification);
        return true;
    }

    void SetUp() override { layer.set_user(*this); }
    void TearDown() override { EXPECT_TRUE(sent.empty()) << sent.size() << " datagrams nobody asked for"; }

    // The test's side.
    void receive(const Message& message, const PeerAddress& from = peer(1)) { receive_bytes(encode(message), from); }
    void receive_bytes(const Bytes& datagram, const PeerAddress& from = peer(1)) {
        layer.receive({.peer = from}, datagram, now);
    }
    Bytes next_bytes() {
        if (sent.empty()) {
            ADD_FAILURE() << "nothing was sent";
            return {};
        }
        Bytes datagram = std::move(sent.front().datagram);
        last_route = sent.front().to;
        sent.pop_front();
        return datagram;
    }
    Message next() {
        std::optional<Message> message = parse(next_bytes());
        EXPECT_TRUE(message.has_value());
        return message.value_or(Message{});
    }
    RequestHandle ask(Message request, const PeerAddress& to = peer(1),
                      const TransmissionParameters& parameters = {}) {
        const auto done = [this](RequestEnd end, const PeerAddress& from, const Message* response) {
            ended.push_back({end, from, response == nullptr ? std::nullopt : std::optional<Message>(*response)});
        };
        return layer.request(to, std::move(request), parameters, done, now);
    }
    RequestHandle get(std::string_view path = "x", const PeerAddress& to = peer(1)) {
        Message request{.code = code::kGet};
        return ask(request.add(option::kUriPath, path), to);
    }
    /// Turns the clock to the next deadline; false if there is none.
    bool advance() {
        const std::optional<Timestamp> due = layer.next_deadline();
        if (!due) return false;
        now = std::max(now, *due);
        layer.tick(now);
        return true;
    }
    void wait(Duration span) {
        const Timestamp until = now + span;
        while (layer.next_deadline().value_or(Timestamp::max()) <= until) advance();
        now = until;
    }
    RequestEnd only_end() const {
        EXPECT_EQ(ended.size(), 1U);
        return ended.empty() ? RequestEnd{} : ended[0].end;
    }
    static Message ack(const Message& of) { return {.type = Type::Ack, .id = of.id}; }
    static Message rst(const Message& of) { return {.type = Type::Rst, .id = of.id}; }
    static Message piggyback(const Message& request, Code code, Bytes payload = {}) {
        return {
            .type = Type::Ack, .code = code, .id = request.id, .token = request.token, .payload = std::move(payload)};
    }

    Timestamp now = from_unix_ms(1'000'000);
    fakes::SeededRandom random{};
    MessageLayer layer{*this, random, {.peers = 1'000, .answers = 4'096, .answer_bytes = 1U << 20U, .bodies = 4}};
    std::deque<Sent> sent{};
    Route last_route{};
    std::vector<Message> requests{};
    std::vector<Message> notifications{};
    std::vector<Ended> ended{};
    Token observed{};
    std::function<Message(const PeerAddress&, const Message&)> answer{};
};

}  // namespace cellwise::lwm2m::coap
