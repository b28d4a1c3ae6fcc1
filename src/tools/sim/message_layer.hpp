// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message.hpp"
#include "tools/sim/split_mix.hpp"

#include "cellwise/base/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

namespace cellwise::sim {

namespace coap = lwm2m::coap;

struct CoapTiming {
    Duration ack_timeout{2'000};
    std::uint32_t max_retransmit = 4;
    Duration response_timeout{30'000};  ///< from an empty ACK to the separate response
    Duration dedupe_lifetime{247'000};  ///< RFC 7252, 4.8.2: EXCHANGE_LIFETIME
};

/// Says what a confirmable message of ours was, when the layer says how it ended.
using Tag = std::uint64_t;

struct ExchangeEnded {
    enum class How {
        Confirmed,  ///< a notification was ACKed
        Answered,   ///< a request has its response
        Reset,
        GaveUp
    };
    How how;
    Tag tag;
    Timestamp first_sent;
    coap::Message response{};  ///< of Answered
};
struct RequestArrived {
    coap::Message request;
};
using LayerEvent = std::variant<ExchangeEnded, RequestArrived>;

/// The CoAP message layer of one device towards one server (RFC 7252, 4): one confirmable message of ours under way
/// at a time, the others in line; what the server repeats gets the same answer again and is not shown again.
class MessageLayer {
 public:
    MessageLayer(const CoapTiming& timing, SplitMix64 random);

    /// Type, id and token are the layer's.
    void send_request(coap::Message request, Tag tag, std::uint32_t max_retransmit, Timestamp now);
    /// A confirmable notification, with the token of its observation.
    void notify_con(coap::Message notification, Tag tag, Timestamp now);
    void notify_non(coap::Message notification, Tag tag);
    /// Piggybacked for a CON, non-confirmable for a NON. A request that gets no answer counts as never received.
    void respond(const coap::Message& request, coap::Message response, Timestamp now);
    /// An empty ACK now, the response as a confirmable message of its own.
    void respond_separately(const coap::Message& request, coap::Message response, Timestamp now);

    std::vector<LayerEvent> on_datagram(ByteView datagram, Timestamp now);
    std::vector<LayerEvent> on_timer(Timestamp now);
    std::optional<Timestamp> deadline() const;
    /// Gives up what is under way and what stands in line, without a word.
    void drop_unconfirmed();
    /// Forgets everything but the counters, as a reboot does.
    void reset();

    bool is_busy() const { return under_way_.has_value(); }
    std::vector<Bytes> take_outbox();
    std::uint64_t retransmissions() const { return retransmissions_; }
    std::uint64_t duplicates() const { return duplicates_; }

 private:
    struct Exchange {
        coap::Message message;
        Tag tag = 0;
        std::uint32_t retransmits_left = 0;
        Timestamp first_sent{};
        Timestamp due{};  ///< of the next retransmission, or of the separate response
        Duration wait{0};
        bool acked = false;
    };
    struct Seen {
        std::uint16_t id = 0;
        coap::Token token{};
        Timestamp until{};
        Bytes answer{};
    };
    struct SentNon {
        std::uint16_t id = 0;
        Tag tag = 0;
    };

    std::uint16_t next_id() { return ++last_id_; }
    coap::Token next_token();
    void enqueue(coap::Message message, Tag tag, std::uint32_t max_retransmit, Timestamp now);
    void start_next(Timestamp now);
    void send(const coap::Message& message);
    void send_empty(coap::Type type, std::uint16_t id);
    void remember(const coap::Message& request, Bytes answer, Timestamp now);
    bool answer_again(const coap::Message& request, Timestamp now);
    ExchangeEnded end_exchange(ExchangeEnded::How how, Timestamp now, coap::Message response = {});
    void on_empty(const coap::Message& message, Timestamp now, std::vector<LayerEvent>& events);
    void on_response(coap::Message message, Timestamp now, std::vector<LayerEvent>& events);

    static constexpr std::size_t kMaxSeen = 32;
    static constexpr std::size_t kMaxSentNon = 16;

    CoapTiming timing_;
    SplitMix64 random_;
    std::uint16_t last_id_;
    std::optional<Exchange> under_way_;
    std::deque<Exchange> line_;
    std::deque<Seen> seen_;
    std::deque<SentNon> sent_non_;
    std::vector<Bytes> outbox_;
    std::uint64_t retransmissions_ = 0;
    std::uint64_t duplicates_ = 0;
};

}  // namespace cellwise::sim
