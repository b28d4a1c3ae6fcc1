// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/lwm2m/coap/conversation.hpp"

#include <map>

namespace cellwise::lwm2m::coap {
namespace {

/// A bad network between two message layers: it loses, doubles and delays, so that later datagrams overtake earlier.
class Network {
 public:
    Network(unsigned seed, unsigned loss_percent) : dice_(seed), loss_percent_(loss_percent) {}

    void carry(const PeerAddress& from, const PeerAddress& to, ByteView datagram, Timestamp now) {
        for (int copies = dice_.below(100) < 15 ? 2 : 1; copies > 0; --copies) {
            if (dice_.below(100) < loss_percent_) continue;
            const Duration delay{dice_.below(4) == 0 ? dice_.below(9'000) : 50 + dice_.below(200)};
            under_way_.emplace(now + delay, Parcel{from, to, Bytes(datagram.begin(), datagram.end())});
        }
    }
    struct Parcel {
        PeerAddress from, to;
        Bytes datagram;
    };
    std::optional<Timestamp> next() const {
        if (under_way_.empty()) return std::nullopt;
        return under_way_.begin()->first;
    }
    Parcel take() {
        Parcel first = std::move(under_way_.begin()->second);
        under_way_.erase(under_way_.begin());
        return first;
    }

 private:
    Dice dice_;
    unsigned loss_percent_;
    std::multimap<Timestamp, Parcel> under_way_;
};

/// One end of it. Answers each request with the request's own payload, and counts how often it saw each.
class End final : public DatagramSink, public TransportUser {
 public:
    End(const PeerAddress& address, unsigned seed, Network& network, const Timestamp& now)
        : address_(address), random_(seed), network_(network), now_(now) {
        layer.set_user(*this);
    }
    void send(const Route& to, ByteView datagram) override { network_.carry(address_, to.peer, datagram, now_); }
    Message on_request(const PeerAddress&, const Message& request) override {
        ++executions[std::string(as_text(request.payload))];
        return {.code = code::kChanged, .payload = request.payload};
    }
    bool on_notification(const PeerAddress&, const Message&) override { return false; }

 private:
    PeerAddress address_;
    fakes::SeededRandom random_;
    Network& network_;
    const Timestamp& now_;

 public:
    MessageLayer layer{*this, random_, {.peers = 64, .answers = 65'536, .answer_bytes = 16U << 20U}};
    std::map<std::string, int> executions{};
};

struct Walk {
    unsigned seed;
    unsigned loss_percent;
};
void PrintTo(const Walk& walk, std::ostream* out) { *out << "seed " << walk.seed << ", loss " << walk.loss_percent; }

class CoapMessageLayerWalk : public testing::TestWithParam<Walk> {
 protected:
    /// Until nothing is under way and no timer runs.
    void run_until_quiet() {
        while (true) {
            const Timestamp timer = std::min(left.layer.next_deadline().value_or(Timestamp::max()),
                                             right.layer.next_deadline().value_or(Timestamp::max()));
            const Timestamp parcel = network.next().value_or(Timestamp::max());
            if (std::min(timer, parcel) == Timestamp::max()) return;
            step(timer, parcel);
        }
    }
    void run_for(Duration span) {
        const Timestamp until = now + span;
        while (true) {
            const Timestamp timer = std::min(left.layer.next_deadline().value_or(Timestamp::max()),
                                             right.layer.next_deadline().value_or(Timestamp::max()));
            const Timestamp parcel = network.next().value_or(Timestamp::max());
            if (std::min(timer, parcel) > until) break;
            step(timer, parcel);
        }
        now = until;
    }
    void ask(End& from, const PeerAddress& to, std::string name, std::size_t size) {
        Message request{.code = code::kPost, .payload = bytes(name)};
        request.payload.resize(std::max(size, name.size()), '.');
        request.add(option::kUriPath, "walk");
        ++asked;
        const std::string payload(as_text(request.payload));
        from.layer.request(
            to, std::move(request), {.response_timeout = Duration{30'000}},
            [this, payload](RequestEnd end, const PeerAddress&, const Message* response) {
                ++ends[payload];
                if (end != RequestEnd::Answered) return;
                ++answered;
                EXPECT_EQ(as_text(response->payload), payload);
                answered_payloads.push_back(payload);
            },
            now);
    }

    Timestamp now = from_unix_ms(0);
    Network network{GetParam().seed, GetParam().loss_percent};
    End left{peer(1), GetParam().seed + 1, network, now};
    End right{peer(2), GetParam().seed + 2, network, now};
    int asked = 0, answered = 0;
    std::map<std::string, int> ends{};
    std::vector<std::string> answered_payloads{};

 private:
    void step(Timestamp timer, Timestamp parcel) {
        now = std::max(now, std::min(timer, parcel));
        if (timer <= parcel) {
            left.layer.tick(now);
            right.layer.tick(now);
            return;
        }
        const Network::Parcel arrived = network.take();
        End& end = arrived.to == peer(1) ? left : right;
        end.layer.receive({.peer = arrived.from}, arrived.datagram, now);
    }
};

TEST_P(CoapMessageLayerWalk, ExecutesEveryRequestAtMostOnceAndEndsItExactlyOnce) {
    Dice dice(GetParam().seed + 3);
    for (int i = 0; i < 3'000; ++i) {
        const bool leftwards = dice.below(2) == 0;
        const std::size_t size = dice.below(10) == 0 ? 1'100 + dice.below(3'000) : 8 + dice.below(40);
        ask(leftwards ? right : left, leftwards ? peer(1) : peer(2), "request " + std::to_string(i), size);
        run_for(Duration{dice.below(3'000 + 1'000 * GetParam().loss_percent)});  // the worse, the slower it goes
    }
    run_until_quiet();

    EXPECT_EQ(ends.size(), static_cast<std::size_t>(asked));
    for (const auto& [name, count] : ends) EXPECT_EQ(count, 1) << name.substr(0, 16);
    for (const auto& [name, count] : left.executions) EXPECT_EQ(count, 1) << name.substr(0, 16);
    for (const auto& [name, count] : right.executions) EXPECT_EQ(count, 1) << name.substr(0, 16);
    for (const std::string& payload : answered_payloads) {
        EXPECT_EQ(left.executions.count(payload) + right.executions.count(payload), 1U) << payload.substr(0, 16);
    }
    EXPECT_EQ(left.layer.counters().requests + right.layer.counters().requests, 0U);
    EXPECT_GT(left.layer.counters().duplicates, 0U);
    EXPECT_GT(answered, GetParam().loss_percent > 30 ? asked / 2 : asked * 9 / 10);
}

INSTANTIATE_TEST_SUITE_P(Networks, CoapMessageLayerWalk,
                         testing::Values(Walk{1, 0}, Walk{2, 10}, Walk{3, 25}, Walk{4, 50}));

}  // namespace
}  // namespace cellwise::lwm2m::coap
