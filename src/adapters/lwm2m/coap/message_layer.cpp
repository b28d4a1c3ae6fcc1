// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/message_layer.hpp"

#include <algorithm>

namespace cellwise::lwm2m::coap {
namespace {

Type type_of(ByteView datagram) { return static_cast<Type>((datagram[0] >> 4U) & 3U); }
std::uint16_t id_of(ByteView datagram) { return static_cast<std::uint16_t>((datagram[2] << 8U) | datagram[3]); }
/// Another version must be ignored in silence (RFC 7252, 3).
bool is_version_one(ByteView datagram) { return datagram.size() >= kHeaderSize && (datagram[0] >> 6U) == 1; }

/// Classes 1, 6 and 7 are reserved (RFC 7252, 4.2).
bool is_known_response(Code code) { return (code >> 5U) >= 2 && (code >> 5U) <= 5; }

/// Of an ACK or a RST there is nothing to answer a second time.
bool may_be_duplicate(ByteView datagram) {
    return is_version_one(datagram) && (type_of(datagram) == Type::Con || type_of(datagram) == Type::Non);
}

/// The token of what may be a notification.
std::optional<Token> token_of_report(ByteView datagram) {
    if (!may_be_duplicate(datagram) || !is_response(datagram[1])) return std::nullopt;
    Token token{.length = static_cast<std::uint8_t>(datagram[0] & 0x0FU)};
    if (token.length > token.bytes.size() || datagram.size() < kHeaderSize + token.length) return std::nullopt;
    std::copy_n(datagram.begin() + kHeaderSize, token.length, token.bytes.begin());
    return token;
}

constexpr bool is_critical(std::uint16_t number) { return (number & 1U) != 0; }
bool is_understood(std::uint16_t number) {
    constexpr std::uint16_t kUriHost = 3, kUriPort = 7;
    switch (number) {
        case kUriHost:
        case kUriPort:
        case option::kUriPath:
        case option::kUriQuery:
        case option::kAccept:
        case option::kBlock1:
        case option::kBlock2:
            return true;
        default:
            return !is_critical(number);
    }
}

/// The first option that forbids to go on without understanding it (RFC 7252, 5.4.1), or null.
const Option* obstacle_in(const Message& message) {
    const auto found = std::find_if(message.options.begin(), message.options.end(),
                                    [](const Option& option) { return !is_understood(option.number); });
    return found == message.options.end() ? nullptr : &*found;
}

Code refusal_of(const Option& obstacle) {
    constexpr std::uint16_t kProxyUri = 35, kProxyScheme = 39;
    constexpr Code kProxyingNotSupported = make_code(5, 5);
    const bool proxy = obstacle.number == kProxyUri || obstacle.number == kProxyScheme;
    return proxy ? kProxyingNotSupported : code::kBadOption;
}

}  // namespace

/// Marks the time during which first transmissions wait for the answer to what has just come.
class MessageLayer::Inside {
 public:
    explicit Inside(bool& flag) : flag_(flag) {
        CELLWISE_ASSERT(!flag_);
        flag_ = true;
    }
    ~Inside() { flag_ = false; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

 private:
    bool& flag_;
};

MessageLayer::MessageLayer(DatagramSink& sink, ports::Random& random, MessageLayerLimits limits)
    : sink_(sink),
      random_(random),
      peers_(limits.peers, random_),
      answers_(limits.answers, limits.answer_bytes, random_.next()),
      exchanges_(peers_, random_, sink),
      bodies_(limits.bodies) {}

/// Every step asks for the memory that the next one looks at, of all datagrams before the first is waited for.
void MessageLayer::expect(std::span<const ReceivedDatagram> batch) const {
    batch = batch.first(std::min(batch.size(), kBatch));
    std::array<std::uint64_t, kBatch> hashes{};
    for (std::size_t i = 0; i < batch.size(); ++i) hashes[i] = peers_.expect(batch[i].from.peer);
    std::array<Token, kBatch> tokens;
    std::size_t reports = 0;
    for (const ReceivedDatagram& each : batch) {
        if (const auto token = token_of_report(each.datagram)) tokens[reports++] = *token;
    }
    for (std::size_t i = 0; i < batch.size(); ++i) peers_.expect_record(hashes[i]);
    user_->expect(std::span(tokens).first(reports));
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!may_be_duplicate(batch[i].datagram)) continue;
        const PeerTable::Place place = peers_.find(batch[i].from.peer);
        if (place == PeerTable::kNone) continue;
        answers_.expect({.peer = place, .life = peers_.life(place), .id = id_of(batch[i].datagram)});
    }
}

void MessageLayer::receive(const Route& from, ByteView datagram, Timestamp now) {
    const Inside inside(inside_);
    ++counters_.received;
    if (!is_version_one(datagram)) {
        ++counters_.malformed;
        return;
    }
    const PeerTable::Place place = peers_.touch(from.peer);
    if (place == PeerTable::kNone) {
        ++counters_.unserved;
        return;
    }
    peers_.set_local(place, from.local);
    const Type type = type_of(datagram);
    Arrival arrival{.from = from,
                    .key = {.peer = place, .life = peers_.life(place), .id = id_of(datagram)},
                    .own_id = 0,
                    .now = now};
    if (may_be_duplicate(datagram)) {
        arrival.key.digest = AnswerCache::digest_of(datagram);
        if (const std::optional<ByteView> answer = answers_.find(arrival.key, now)) {
            ++counters_.duplicates;
            if (!answer->empty()) sink_.send(from, *answer);
            return;
        }
    }
    // Taken now, since on_request() may make the table forget this peer.
    if (type == Type::Non && is_request(datagram[1])) arrival.own_id = peers_.next_id(place);
    handle(arrival, type, datagram);
    settle(now);
}

void MessageLayer::handle(const Arrival& arrival, Type type, ByteView datagram) {
    std::optional<Message> message = parse(datagram);
    if (!message) {
        ++counters_.malformed;
        if (type == Type::Con) reply_empty(arrival, Type::Rst);
    } else if (type == Type::Ack || type == Type::Rst) {
        on_confirmation(arrival, std::move(*message));
    } else {
        on_message(arrival, std::move(*message));
    }
}

/// An ACK or RST that fits nothing is ignored: answering it could go on for ever (RFC 7252, 4.2).
void MessageLayer::on_confirmation(const Arrival& arrival, Message message) {
    const PeerAddress& peer = arrival.from.peer;
    if (message.type == Type::Rst) {
        if (message.code == code::kEmpty) exchanges_.on_reset(peer, message.id);
    } else if (message.code == code::kEmpty) {
        exchanges_.on_empty_ack(peer, message.id, arrival.now);
    } else if (is_known_response(message.code) && obstacle_in(message) == nullptr) {
        exchanges_.on_response(peer, message);
    }
}

void MessageLayer::on_message(const Arrival& arrival, Message message) {
    if (is_request(message.code)) {
        on_request(arrival, std::move(message));
    } else if (is_known_response(message.code)) {
        on_response(arrival, std::move(message));
    } else if (message.type == Type::Con) {
        reply_empty(arrival, Type::Rst);  // a ping (RFC 7252, 4.3), or a code of a reserved class
    }
}

void MessageLayer::on_request(const Arrival& arrival, Message request) {
    const bool confirmable = request.type == Type::Con;
    const Token token = request.token;
    Message response;
    if (const Option* obstacle = obstacle_in(request)) {
        if (!confirmable) return reject(arrival, Type::Non);
        response.code = refusal_of(*obstacle);
    } else {
        response = serve(arrival, std::move(request));
    }
    CELLWISE_ASSERT(is_known_response(response.code));
    response.type = confirmable ? Type::Ack : Type::Non;
    response.id = confirmable ? arrival.key.id : arrival.own_id;
    response.token = token;
    encode_to(response, scratch_);
    // A duplicate of a non-confirmable message is to be ignored (RFC 7252, 4.5).
    answers_.remember(arrival.key, confirmable ? ByteView(scratch_) : ByteView{}, arrival.now);
    sink_.send(arrival.from, scratch_);
}

Message MessageLayer::serve(const Arrival& arrival, Message request) {
    const BlockOption body_block = block_of(request, option::kBlock1);
    if (body_block.state == BlockState::Invalid || block_of(request, option::kBlock2).state == BlockState::Invalid) {
        return Message{.code = code::kBadRequest};
    }
    if (body_block.state == BlockState::Valid) {
        BodyAssembler::Outcome outcome = bodies_.add(arrival.from.peer, std::move(request), arrival.now);
        if (outcome.answer) return std::move(*outcome.answer);
        request = std::move(*outcome.request);
    }
    Message response = user_->on_request(arrival.from.peer, request);
    if (body_block.state == BlockState::Valid) response.set_uint(option::kBlock1, body_block.block.value());
    cut_response(request, response);
    return response;
}

/// A response outside an ACK: to a request of ours that was confirmed before, or a notification.
void MessageLayer::on_response(const Arrival& arrival, Message response) {
    const Type type = response.type;
    if (obstacle_in(response) != nullptr) return reject(arrival, type);
    const PeerAddress& peer = arrival.from.peer;
    if (!exchanges_.on_response(peer, response) && !user_->on_notification(peer, response)) {
        return reject(arrival, type);
    }
    if (type == Type::Con) reply_empty(arrival, Type::Ack);
    answers_.remember(arrival.key, type == Type::Con ? ByteView(scratch_) : ByteView{}, arrival.now);
}

/// Rejecting a confirmable message takes a RST, a non-confirmable one is just ignored (RFC 7252, 4.2 and 4.3).
void MessageLayer::reject(const Arrival& arrival, Type type) {
    if (type == Type::Con) reply_empty(arrival, Type::Rst);
    answers_.remember(arrival.key, type == Type::Con ? ByteView(scratch_) : ByteView{}, arrival.now);
}

/// Leaves the datagram in scratch_ for the cache of answers.
void MessageLayer::reply_empty(const Arrival& arrival, Type type) {
    encode_to(Message{.type = type, .id = arrival.key.id}, scratch_);
    sink_.send(arrival.from, scratch_);
}

void MessageLayer::settle(Timestamp now) {
    exchanges_.run_ended();
    exchanges_.send_waiting(now);
}

void MessageLayer::tick(Timestamp now) {
    const Inside inside(inside_);
    exchanges_.on_timeouts(now);
    settle(now);
}

std::optional<Timestamp> MessageLayer::next_deadline() const {
    if (exchanges_.has_ended()) return Timestamp::min();
    return exchanges_.next_deadline();
}

RequestHandle MessageLayer::request(const PeerAddress& to, const Message& request,
                                    const TransmissionParameters& parameters, RequestDone done, Timestamp now) {
    const RequestHandle handle = exchanges_.add(to, request, parameters, std::move(done));
    if (!inside_) exchanges_.send_waiting(now);
    return handle;
}

void MessageLayer::cancel(RequestHandle handle, Timestamp now) {
    exchanges_.cancel(handle);
    if (!inside_) exchanges_.send_waiting(now);
}

MessageLayerCounters MessageLayer::counters() const {
    MessageLayerCounters counters = counters_;
    counters.retransmissions = exchanges_.retransmissions();
    counters.peers = peers_.size();
    counters.requests = exchanges_.size();
    return counters;
}

}  // namespace cellwise::lwm2m::coap
