// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/exchanges.hpp"

#include <algorithm>

namespace cellwise::lwm2m::coap {
namespace {

constexpr std::uint8_t kConfirmable = 0xCF;  ///< leaves all of a datagram's first byte but the type, which is 0 then

/// A message id lies in bytes 2 and 3 of a datagram (RFC 7252, 3).
void write_id(std::uint16_t id, Bytes& datagram) {
    datagram[2] = static_cast<std::uint8_t>(id >> 8U);
    datagram[3] = static_cast<std::uint8_t>(id);
}

}  // namespace

std::size_t Exchanges::TokenHash::operator()(const Token& token) const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, token.bytes.data(), sizeof bits);
    return mix(bits + token.length);
}

Token Exchanges::random_token() {
    Token token{.length = 8};
    const std::uint64_t drawn = random_.next();
    std::memcpy(token.bytes.data(), &drawn, sizeof drawn);
    return token;
}

RequestHandle Exchanges::add(const PeerAddress& to, const Message& request, const TransmissionParameters& parameters,
                             RequestDone done) {
    CELLWISE_ASSERT(is_request(request.code));
    const RequestHandle handle = ++last_handle_;
    const PeerTable::Place peer = peers_.touch(to);
    const auto refuse = [&] { ended_.push_back({std::move(done), RequestEnd::Cancelled, to, std::nullopt}); };
    if (peer == PeerTable::kNone) {
        refuse();
        return handle;
    }
    auto found = lines_.find(peer);
    if (found == lines_.end()) found = spare_lines_.put(lines_, peer);
    Line& line = found->second;
    if (line.size() > Transport::kMaxQueued) {  // one of them is in flight
        refuse();
        return handle;
    }
    Exchange& exchange = spare_exchanges_.put(exchanges_, handle)->second;
    exchange = {
        .peer = peer, .datagram = std::move(exchange.datagram), .parameters = parameters, .done = std::move(done)};
    exchange.own_token = request.token.length == 0 ? random_token() : request.token;
    exchange.observes = request.number_of(option::kObserve) == 0U;
    if (BlockTransfer::is_needed_for(request)) {
        exchange.blocks = std::make_unique<BlockTransfer>(request);
        load(exchange, exchange.blocks->first(), exchange.own_token);
    } else {
        load(exchange, request, exchange.own_token);
    }
    line.push_back(handle);
    if (line.size() == 1) due_.push_back(handle);
    peers_.hold(peer);
    return handle;
}

void Exchanges::load(Exchange& exchange, const Message& message, const Token& token) {
    exchange.token = token;
    encode_to(message, token, exchange.datagram);
    exchange.datagram[0] &= kConfirmable;
    exchange.stage = Stage::Waiting;
}

void Exchanges::send_waiting(Timestamp now) {
    for (std::size_t i = 0; i < due_.size(); ++i) {  // a start may end another, whose line adds to due_
        const auto found = exchanges_.find(due_[i]);
        if (found != exchanges_.end() && found->second.stage == Stage::Waiting) start(due_[i], found->second, now);
    }
    due_.clear();
}

void Exchanges::start(RequestHandle handle, Exchange& exchange, Timestamp now) {
    if (const auto rival = by_token_.find(exchange.token); rival != by_token_.end()) {
        // The caller asks the same again elsewhere, say an observation after the device moved: only one can be
        // answered.
        const RequestHandle former = rival->second;
        end(former, RequestEnd::Cancelled, peers_.route(exchanges_.at(former).peer).peer);
    }
    spare_tokens_.put(by_token_, exchange.token)->second = handle;
    exchange.id = peers_.next_id(exchange.peer);
    write_id(exchange.id, exchange.datagram);
    exchange.stage = Stage::Sent;
    exchange.retransmissions = 0;
    const double factor = 1.0 + random_.fraction() * (exchange.parameters.ack_random_factor - 1.0);
    const double timeout = static_cast<double>(exchange.parameters.ack_timeout.count()) * factor;
    exchange.timeout = std::max(Duration{1}, Duration{static_cast<Duration::rep>(timeout)});
    set_deadline(handle, exchange, now + exchange.timeout);
    transmit(exchange);
}

void Exchanges::transmit(const Exchange& exchange) { sink_.send(peers_.route(exchange.peer), exchange.datagram); }

void Exchanges::set_deadline(RequestHandle handle, Exchange& exchange, Timestamp deadline) {
    spare_deadlines_.erase(deadlines_, {exchange.deadline, handle});
    exchange.deadline = deadline;
    spare_deadlines_.put(deadlines_, {deadline, handle});
}

void Exchanges::leave_flight(RequestHandle handle, Exchange& exchange) {
    if (exchange.stage == Stage::Waiting) return;
    spare_tokens_.erase(by_token_, exchange.token);
    spare_deadlines_.erase(deadlines_, {exchange.deadline, handle});
    exchange.stage = Stage::Waiting;
}

void Exchanges::end(RequestHandle handle, RequestEnd how, const PeerAddress& from, std::optional<Message> response) {
    auto taken = exchanges_.extract(handle);
    Exchange& exchange = taken.mapped();
    leave_flight(handle, exchange);
    const auto found = lines_.find(exchange.peer);
    Line& line = found->second;
    const bool was_first = line.front() == handle;
    std::erase(line, handle);
    if (line.empty()) {
        spare_lines_.keep(lines_.extract(found));
        peers_.release(exchange.peer);
    } else if (was_first) {
        due_.push_back(line.front());
    }
    if (response) response->token = exchange.own_token;
    ended_.push_back({std::move(exchange.done), how, from, std::move(response)});
    exchange.blocks.reset();
    spare_exchanges_.keep(std::move(taken));
}

void Exchanges::run_ended() {
    std::vector<Ended> now_ended = std::move(ended_);
    ended_ = std::move(spare_ended_);
    for (Ended& each : now_ended) {
        if (each.done) each.done(each.end, each.from, each.response ? &*each.response : nullptr);
    }
    now_ended.clear();
    spare_ended_ = std::move(now_ended);
}

void Exchanges::hasten(RequestHandle handle) {
    const auto found = exchanges_.find(handle);
    if (found == exchanges_.end() || found->second.stage == Stage::Waiting) return;
    ++retransmissions_;
    transmit(found->second);
}

void Exchanges::cancel(RequestHandle handle) {
    const auto found = exchanges_.find(handle);
    if (found != exchanges_.end()) end(handle, RequestEnd::Cancelled, peers_.route(found->second.peer).peer);
}

std::pair<RequestHandle, Exchanges::Exchange*> Exchanges::in_flight_to(const PeerAddress& peer, std::uint16_t id) {
    const auto line = lines_.find(peers_.find(peer));
    if (line == lines_.end()) return {0, nullptr};
    const RequestHandle handle = line->second.front();
    Exchange& exchange = exchanges_.at(handle);
    if (exchange.stage == Stage::Waiting || exchange.id != id) return {0, nullptr};
    return {handle, &exchange};
}

void Exchanges::on_empty_ack(const PeerAddress& from, std::uint16_t id, Timestamp now) {
    const auto [handle, exchange] = in_flight_to(from, id);
    if (exchange == nullptr || exchange->stage != Stage::Sent) return;
    exchange->stage = Stage::Accepted;
    set_deadline(handle, *exchange, now + exchange->parameters.response_timeout);
}

void Exchanges::on_reset(const PeerAddress& from, std::uint16_t id) {
    const auto [handle, exchange] = in_flight_to(from, id);
    if (exchange != nullptr) end(handle, RequestEnd::Reset, from);
}

/// Behind a NAT the answer may come from a new port: 8 random bytes are proof enough of whose it is. A shorter token
/// is the caller's own, and needs the address too.
bool Exchanges::answers(const Exchange& exchange, const PeerAddress& from, const Message& response) const {
    if (response.type == Type::Ack) {
        if (response.id != exchange.id) return false;
    } else if (response.find(option::kObserve) != nullptr && !exchange.observes) {
        return false;  // a notification that crossed the request which ends its observation (RFC 7641, 3.6)
    }
    return exchange.token.length == exchange.token.bytes.size() || peers_.route(exchange.peer).peer == from;
}

bool Exchanges::on_response(const PeerAddress& from, Message& response) {
    const auto known = by_token_.find(response.token);
    if (known == by_token_.end()) return false;
    const RequestHandle handle = known->second;
    Exchange& exchange = exchanges_.at(handle);
    if (!answers(exchange, from, response)) return false;

    if (!exchange.blocks) {
        // Nearly every answer ends here; the request is read back from its bytes only for the few that go on.
        const bool block_options =
            response.find(option::kBlock2) != nullptr || response.find(option::kBlock1) != nullptr;
        std::optional<Message> request = block_options ? parse(exchange.datagram) : std::nullopt;
        if (!request || !BlockTransfer::is_needed_for(*request, response)) {
            end(handle, RequestEnd::Answered, from, std::move(response));
            return true;
        }
        exchange.blocks = std::make_unique<BlockTransfer>(std::move(*request));
    }
    BlockTransfer::Step step = exchange.blocks->on_response(std::move(response));
    if (step.send) {
        leave_flight(handle, exchange);
        // A token of its own, so that no late answer to the block before is taken for this one's.
        load(exchange, *step.send, random_token());
        due_.push_back(handle);
    } else if (step.whole) {
        end(handle, RequestEnd::Answered, from, std::move(step.whole));
    } else {
        end(handle, RequestEnd::Cancelled, from);
    }
    return true;
}

void Exchanges::on_timeouts(Timestamp now) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const RequestHandle handle = deadlines_.begin()->second;
        on_timeout(handle, exchanges_.at(handle), now);
    }
}

void Exchanges::on_timeout(RequestHandle handle, Exchange& exchange, Timestamp now) {
    const bool last = exchange.retransmissions == exchange.parameters.max_retransmit;
    if (exchange.stage == Stage::Accepted || last) {
        end(handle, RequestEnd::TimedOut, peers_.route(exchange.peer).peer);
        return;
    }
    ++exchange.retransmissions;
    ++retransmissions_;
    exchange.timeout *= 2;
    set_deadline(handle, exchange, now + exchange.timeout);
    transmit(exchange);
}

std::optional<Timestamp> Exchanges::next_deadline() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.begin()->first;
}

}  // namespace cellwise::lwm2m::coap
