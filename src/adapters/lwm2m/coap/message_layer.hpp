// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/answer_cache.hpp"
#include "adapters/lwm2m/coap/exchanges.hpp"

namespace cellwise::lwm2m::coap {

/// Bounds of what is remembered of strangers. All of it is reserved at once, but costs memory only as it is used.
struct MessageLayerLimits {
    std::size_t peers = 262'144;            ///< 64 bytes each, and 8 to 16 of index
    std::size_t answers = 262'144;          ///< messages whose duplicates are known: 56 bytes each, and the answer's
    std::size_t answer_bytes = 16U << 20U;  ///< of all answers together; below 4 GiB
    std::size_t bodies = 256;               ///< requests that are coming in blocks; 64 KiB each at most
};

struct MessageLayerCounters {
    std::uint64_t received = 0;
    std::uint64_t malformed = 0;        ///< no CoAP; dropped, and a confirmable one reset
    std::uint64_t duplicates = 0;       ///< answered again, or dropped, without anybody seeing them
    std::uint64_t retransmissions = 0;  ///< of our requests, hastened ones included
    std::uint64_t unserved = 0;         ///< dropped, since every place for peers was held by a request in flight
    std::size_t peers = 0;              ///< remembered now
    std::size_t requests = 0;           ///< of ours, under way or in line now
};

/// CoAP's message layer over datagrams, for very many peers (RFC 7252, 4 and 5; blocks of RFC 7959). Pure: datagrams
/// and time come in, datagrams go to the sink, and next_deadline() says when tick() is due. `now` may count from any
/// instant but must not go back: a wall clock that is set must not end or delay retransmissions.
///
/// What a TransportUser's call or a RequestDone starts is sent after the answer to the datagram that caused the call.
/// A response whose blocks do not fit together, or give more than 64 KiB, ends its request as Cancelled.
class MessageLayer {
 public:
    MessageLayer(DatagramSink& sink, ports::Random& random, MessageLayerLimits limits = {});

    /// Before the first receive().
    void set_user(TransportUser& user) { user_ = &user; }

    /// A hint: receive() will be called with each of these next. At most kBatch of them count.
    void expect(std::span<const ReceivedDatagram> batch) const;
    static constexpr std::size_t kBatch = 64;
    /// A datagram of `from.peer` that came to our address `from.local`.
    void receive(const Route& from, ByteView datagram, Timestamp now);
    void tick(Timestamp now);
    /// When tick() is next due; long ago if at once.
    std::optional<Timestamp> next_deadline() const;

    /// As of Transport. A token that is in flight already ends the earlier request of the same token.
    RequestHandle request(const PeerAddress& to, const Message& request, const TransmissionParameters& parameters,
                          RequestDone done, Timestamp now);
    void hasten(RequestHandle handle) { exchanges_.hasten(handle); }
    void cancel(RequestHandle handle, Timestamp now);

    MessageLayerCounters counters() const;

 private:
    struct Arrival {
        const Route& from;
        AnswerCache::Key key;
        std::uint16_t own_id;  ///< for a message of ours in return
        Timestamp now;
    };
    class Inside;

    void handle(const Arrival& arrival, Type type, ByteView datagram);
    void on_confirmation(const Arrival& arrival, Message message);
    void on_message(const Arrival& arrival, Message message);
    void on_request(const Arrival& arrival, Message request);
    void on_response(const Arrival& arrival, Message response);
    Message serve(const Arrival& arrival, Message request);
    void reply_empty(const Arrival& arrival, Type type);
    void reject(const Arrival& arrival, Type type);
    void settle(Timestamp now);

    DatagramSink& sink_;
    RandomDraws random_;
    PeerTable peers_;
    AnswerCache answers_;
    Exchanges exchanges_;
    BodyAssembler bodies_;
    TransportUser* user_ = nullptr;
    bool inside_ = false;  ///< a call of receive() or tick() is running
    Bytes scratch_{};
    MessageLayerCounters counters_{};
};

}  // namespace cellwise::lwm2m::coap
