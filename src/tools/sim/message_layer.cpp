// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/message_layer.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::sim {

using How = ExchangeEnded::How;

MessageLayer::MessageLayer(const CoapTiming& timing, SplitMix64 random)
    : timing_(timing), random_(random), last_id_(static_cast<std::uint16_t>(random_.next())) {}

coap::Token MessageLayer::next_token() {
    coap::Token token;
    token.length = 4;
    const auto bits = random_.next();
    for (std::size_t i = 0; i < token.length; ++i) token.bytes[i] = static_cast<std::uint8_t>(bits >> (8 * i));
    return token;
}

void MessageLayer::send(const coap::Message& message) { outbox_.push_back(coap::encode(message)); }

void MessageLayer::send_empty(coap::Type type, std::uint16_t id) { send({.type = type, .id = id}); }

void MessageLayer::enqueue(coap::Message message, Tag tag, std::uint32_t max_retransmit, Timestamp now) {
    line_.push_back({.message = std::move(message), .tag = tag, .retransmits_left = max_retransmit});
    if (!under_way_) start_next(now);
}

void MessageLayer::start_next(Timestamp now) {
    if (line_.empty()) return;
    under_way_ = std::move(line_.front());
    line_.pop_front();
    auto& exchange = *under_way_;
    exchange.message.type = coap::Type::Con;
    exchange.message.id = next_id();
    exchange.first_sent = now;
    // RFC 7252, 4.2: between ACK_TIMEOUT and one and a half times that, so that devices do not fall into step.
    exchange.wait = random_.between(timing_.ack_timeout, timing_.ack_timeout * 3 / 2);
    exchange.due = now + exchange.wait;
    send(exchange.message);
}

void MessageLayer::send_request(coap::Message request, Tag tag, std::uint32_t max_retransmit, Timestamp now) {
    request.token = next_token();
    enqueue(std::move(request), tag, max_retransmit, now);
}

void MessageLayer::notify_con(coap::Message notification, Tag tag, Timestamp now) {
    enqueue(std::move(notification), tag, timing_.max_retransmit, now);
}

void MessageLayer::notify_non(coap::Message notification, Tag tag) {
    notification.type = coap::Type::Non;
    notification.id = next_id();
    sent_non_.push_back({notification.id, tag});
    if (sent_non_.size() > kMaxSentNon) sent_non_.pop_front();
    send(notification);
}

void MessageLayer::remember(const coap::Message& request, Bytes answer, Timestamp now) {
    seen_.push_back({request.id, request.token, now + timing_.dedupe_lifetime, std::move(answer)});
    if (seen_.size() > kMaxSeen) seen_.pop_front();
}

void MessageLayer::respond(const coap::Message& request, coap::Message response, Timestamp now) {
    const bool confirmable = request.type == coap::Type::Con;
    response.type = confirmable ? coap::Type::Ack : coap::Type::Non;
    response.id = confirmable ? request.id : next_id();
    response.token = request.token;
    auto bytes = coap::encode(response);
    outbox_.push_back(bytes);
    remember(request, std::move(bytes), now);
}

void MessageLayer::respond_separately(const coap::Message& request, coap::Message response, Timestamp now) {
    if (request.type != coap::Type::Con) {
        respond(request, std::move(response), now);
        return;
    }
    const coap::Message ack{.type = coap::Type::Ack, .id = request.id};
    auto bytes = coap::encode(ack);
    outbox_.push_back(bytes);
    remember(request, std::move(bytes), now);
    response.token = request.token;
    enqueue(std::move(response), 0, timing_.max_retransmit, now);
}

bool MessageLayer::answer_again(const coap::Message& request, Timestamp now) {
    while (!seen_.empty() && seen_.front().until <= now) seen_.pop_front();
    // The token too: a server that was restarted may come upon a message id that its predecessor used.
    const auto seen = std::find_if(seen_.begin(), seen_.end(), [&request](const Seen& other) {
        return other.id == request.id && other.token == request.token;
    });
    if (seen == seen_.end()) return false;
    ++duplicates_;
    outbox_.push_back(seen->answer);
    return true;
}

ExchangeEnded MessageLayer::end_exchange(How how, Timestamp now, coap::Message response) {
    ExchangeEnded ended{how, under_way_->tag, under_way_->first_sent, std::move(response)};
    under_way_.reset();
    start_next(now);
    return ended;
}

void MessageLayer::on_empty(const coap::Message& message, Timestamp now, std::vector<LayerEvent>& events) {
    if (message.type == coap::Type::Con) {
        send_empty(coap::Type::Rst, message.id);  // RFC 7252, 4.3: a ping
        return;
    }
    if (under_way_ && under_way_->message.id == message.id && !under_way_->acked) {
        if (message.type == coap::Type::Rst) {
            events.emplace_back(end_exchange(How::Reset, now));
        } else if (coap::is_request(under_way_->message.code)) {
            under_way_->acked = true;
            under_way_->due = now + timing_.response_timeout;
        } else {
            events.emplace_back(end_exchange(How::Confirmed, now));
        }
        return;
    }
    if (message.type != coap::Type::Rst) return;
    const auto sent = std::find_if(sent_non_.begin(), sent_non_.end(),
                                   [&message](const SentNon& other) { return other.id == message.id; });
    if (sent == sent_non_.end()) return;
    events.emplace_back(ExchangeEnded{How::Reset, sent->tag, now});
    sent_non_.erase(sent);
}

void MessageLayer::on_response(coap::Message message, Timestamp now, std::vector<LayerEvent>& events) {
    const bool is_ours = under_way_ && coap::is_request(under_way_->message.code) &&
                         under_way_->message.token == message.token &&
                         (message.type != coap::Type::Ack || under_way_->message.id == message.id);
    if (message.type == coap::Type::Con) send_empty(coap::Type::Ack, message.id);
    if (is_ours) events.emplace_back(end_exchange(How::Answered, now, std::move(message)));
}

std::vector<LayerEvent> MessageLayer::on_datagram(ByteView datagram, Timestamp now) {
    std::vector<LayerEvent> events;
    auto message = coap::parse(datagram);
    if (!message) return events;
    if (message->code == coap::code::kEmpty) {
        on_empty(*message, now, events);
    } else if (coap::is_response(message->code)) {
        on_response(std::move(*message), now, events);
    } else if (coap::is_request(message->code) &&
               (message->type == coap::Type::Con || message->type == coap::Type::Non)) {
        if (!answer_again(*message, now)) events.emplace_back(RequestArrived{std::move(*message)});
    }
    return events;
}

std::vector<LayerEvent> MessageLayer::on_timer(Timestamp now) {
    std::vector<LayerEvent> events;
    if (!under_way_ || under_way_->due > now) return events;
    auto& exchange = *under_way_;
    if (exchange.acked || exchange.retransmits_left == 0) {
        events.emplace_back(end_exchange(How::GaveUp, now));
        return events;
    }
    --exchange.retransmits_left;
    ++retransmissions_;
    exchange.wait *= 2;
    exchange.due = now + exchange.wait;
    send(exchange.message);
    return events;
}

std::optional<Timestamp> MessageLayer::deadline() const {
    if (!under_way_) return std::nullopt;
    return under_way_->due;
}

void MessageLayer::drop_unconfirmed() {
    under_way_.reset();
    line_.clear();
}

void MessageLayer::reset() {
    drop_unconfirmed();
    seen_.clear();
    sent_non_.clear();
    outbox_.clear();
}

std::vector<Bytes> MessageLayer::take_outbox() { return std::exchange(outbox_, {}); }

}  // namespace cellwise::sim
