// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/blockwise.hpp"
#include "adapters/lwm2m/coap/peer_table.hpp"
#include "adapters/lwm2m/coap/spare_nodes.hpp"
#include "adapters/lwm2m/coap/transport.hpp"

#include <memory>
#include <set>
#include <unordered_map>
#include <utility>

namespace cellwise::lwm2m::coap {

/// Where the message layer's datagrams go.
class DatagramSink {
 public:
    virtual ~DatagramSink() = default;
    /// The view is good during the call only. What cannot be sent is lost: the layer's timers repair that.
    virtual void send(const Route& route, ByteView datagram) = 0;
};

/// Our requests: one in flight a peer (NSTART 1), the others in line behind it; retransmitted until confirmed
/// (RFC 7252, 4.2), matched to their answers by token. Nothing here calls back but run_ended(); nothing is sent for
/// the first time but by send_waiting(): so the caller decides what comes before.
class Exchanges {
 public:
    Exchanges(PeerTable& peers, RandomDraws& random, DatagramSink& sink)
        : peers_(peers), random_(random), sink_(sink) {}

    RequestHandle add(const PeerAddress& to, const Message& request, const TransmissionParameters& parameters,
                      RequestDone done);
    void send_waiting(Timestamp now);
    void hasten(RequestHandle handle);
    void cancel(RequestHandle handle);

    void on_empty_ack(const PeerAddress& from, std::uint16_t id, Timestamp now);
    void on_reset(const PeerAddress& from, std::uint16_t id);
    /// True if a request in flight waited for it; then the message is moved from.
    bool on_response(const PeerAddress& from, Message& response);
    void on_timeouts(Timestamp now);

    /// Tells the ends that have come up so far; those that the callbacks cause wait for the next call.
    void run_ended();
    bool has_ended() const { return !ended_.empty(); }
    std::optional<Timestamp> next_deadline() const;
    std::size_t size() const { return exchanges_.size(); }
    std::uint64_t retransmissions() const { return retransmissions_; }

 private:
    enum class Stage {
        Waiting,  ///< in line, or its next block is due
        Sent,     ///< not confirmed yet
        Accepted  ///< confirmed by an empty ACK: the response comes separately (RFC 7252, 5.2.2)
    };
    struct Exchange {
        PeerTable::Place peer;
        Stage stage = Stage::Waiting;
        bool observes = false;
        std::uint16_t id = 0;
        Token token{};      ///< on the wire now
        Token own_token{};  ///< of the request as the caller knows it
        Bytes datagram{};
        std::uint32_t retransmissions = 0;
        Duration timeout{};
        Timestamp deadline{};
        TransmissionParameters parameters{};
        RequestDone done{};
        std::unique_ptr<BlockTransfer> blocks{};
    };
    struct Ended {
        RequestDone done;
        RequestEnd end;
        PeerAddress from;
        std::optional<Message> response;
    };
    struct TokenHash {
        std::size_t operator()(const Token& token) const;
    };
    using Line = std::vector<RequestHandle>;  ///< of one peer; the first is in flight, or will be soon

    Token random_token();
    void load(Exchange& exchange, const Message& message, const Token& token);
    void start(RequestHandle handle, Exchange& exchange, Timestamp now);
    void transmit(const Exchange& exchange);
    void set_deadline(RequestHandle handle, Exchange& exchange, Timestamp deadline);
    void leave_flight(RequestHandle handle, Exchange& exchange);
    void end(RequestHandle handle, RequestEnd how, const PeerAddress& from, std::optional<Message> response = {});
    std::pair<RequestHandle, Exchange*> in_flight_to(const PeerAddress& peer, std::uint16_t id);
    bool answers(const Exchange& exchange, const PeerAddress& from, const Message& response) const;
    void on_timeout(RequestHandle handle, Exchange& exchange, Timestamp now);

    PeerTable& peers_;
    RandomDraws& random_;
    DatagramSink& sink_;
    RequestHandle last_handle_ = 0;
    std::uint64_t retransmissions_ = 0;
    std::unordered_map<RequestHandle, Exchange> exchanges_{};
    std::unordered_map<PeerTable::Place, Line> lines_{};
    std::unordered_map<Token, RequestHandle, TokenHash> by_token_{};  ///< those in flight
    std::set<std::pair<Timestamp, RequestHandle>> deadlines_{};       ///< of those in flight
    SpareNodes<decltype(exchanges_)> spare_exchanges_{};              ///< with the room of their datagrams
    SpareNodes<decltype(lines_)> spare_lines_{};
    SpareNodes<decltype(by_token_)> spare_tokens_{};
    SpareNodes<decltype(deadlines_)> spare_deadlines_{};
    std::vector<RequestHandle> due_{};  ///< to be started, first in their lines
    std::vector<Ended> ended_{};
    std::vector<Ended> spare_ended_{};  ///< empty: room for the next
};

}  // namespace cellwise::lwm2m::coap
