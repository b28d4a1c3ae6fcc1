// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/lwm2m_server.hpp"

#include "adapters/lwm2m/data_format/tlv.hpp"
#include "adapters/lwm2m/resource_request.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::lwm2m {
namespace {

std::optional<domain::ObservationToken> observation_token(const coap::Token& token) {
    domain::ObservationToken bytes{};
    if (token.length != bytes.size()) return std::nullopt;
    std::copy(token.bytes.begin(), token.bytes.end(), bytes.begin());
    return bytes;
}

/// What the device reports. It is asked for opaque bytes; a client that knows only TLV wraps them in one resource.
Bytes data_of(const coap::Message& message) {
    if (message.number_of(coap::option::kContentFormat) == coap::format::kTlv) {
        auto nodes = data_format::decode_tlv(uplink_path(), message.payload);
        if (nodes && nodes->size() == 1) return std::get<Bytes>(std::move(nodes->front().value));
    }
    return message.payload;
}

}  // namespace

Lwm2mServer::Lwm2mServer(coap::Transport& transport, app::RegistrationService& registrations,
                         ports::DeviceEvents& events, ports::Random& random, ports::Clock& clock,
                         ports::Executor& executor, const Lwm2mOptions& options)
    : registrations_(registrations),
      events_(events),
      later_(executor),
      gate_(transport, registrations, clock, later_, options.awake_window),
      observation_(gate_, registrations, random, options.observe,
                   [this](const DeviceId& device, const coap::Message& response) { on_confirmed(device, response); }),
      radio_(gate_, registrations, later_, options.radio),
      downlink_(gate_, radio_, later_, options.downlink),
      resource_(registrations, clock) {
    transport.set_user(*this);
}

// Requests of devices. -------------------------------------------------------------------------------------------

coap::Message Lwm2mServer::on_request(const domain::PeerAddress& from, const coap::Message& request) {
    auto answer = resource_.on_request(from, request);
    if (answer.change) {
        on_change(*answer.change);
    } else {
        ++counters_.refused_requests;
    }
    return std::move(answer.response);
}

void Lwm2mServer::on_change(const RegistrationChange& change) {
    const auto& device = change.registration.device;
    switch (change.kind) {
        case RegistrationChange::Kind::Registered:
            return on_registered(change);
        case RegistrationChange::Kind::Updated:
            return on_updated(change);
        case RegistrationChange::Kind::Deregistered:
            ++counters_.deregisters;
            log::debug("device deregistered", {{"device", device}});
            observation_.forget(device);
            radio_.forget(device);
            return gate_.withdraw(device);
    }
}

void Lwm2mServer::on_registered(const RegistrationChange& change) {
    const auto& device = change.registration.device;
    ++counters_.registers;
    log::debug("device registered",
               {{"device", device}, {"binding", change.registration.binding == domain::Binding::Udp ? "U" : "UQ"}});
    end_conversation(device);
    radio_.on_registered(device, change.given_radio);
    gate_.on_heard(change.registration);
    // What reaches a client before the 2.01 is ignored, so this must leave after it. That the device was heard is
    // told when it confirms: before that it cannot report, and an upgrade begun earlier would only wait.
    observe_later(device);
}

void Lwm2mServer::on_updated(const RegistrationChange& change) {
    const auto& device = change.registration.device;
    ++counters_.updates;
    radio_.on_updated(device, change.given_radio);
    gate_.on_heard(change.registration);
    if (change.registration.observation && !change.moved && !observation_.is_wanting(device)) {
        tell_heard(device);
    } else {
        observe_later(device);
    }
}

/// A device that registers has begun a new life: what the old one was being told means nothing to it, and who sent it
/// hears that it may or may not have arrived.
void Lwm2mServer::end_conversation(const DeviceId& device) {
    observation_.stop(device);
    gate_.withdraw(device);
}

void Lwm2mServer::observe_later(const DeviceId& device) {
    later_([this, device] { observation_.ensure(device); });
}

void Lwm2mServer::on_confirmed(const DeviceId& device, const coap::Message& response) {
    tell_heard(device);
    if (!response.payload.empty()) tell_data(device, response);
}

void Lwm2mServer::expect(std::span<const coap::Token> tokens) {
    expected_.clear();
    for (const auto& token : tokens) {
        if (const auto known = observation_token(token)) expected_.push_back(*known);
    }
    registrations_.expect(expected_);
}

// Notifications. -------------------------------------------------------------------------------------------------

// RFC 7641, 3.4 lets a client drop notifications that come late, because each one is the whole state of a resource
// and the newest makes the others worthless. Here each is an event of its own, a PCP frame or a measurement: none
// replaces another, so all are delivered as they come, with an Observe option or without. PCP frames may be repeated
// and may overtake each other; the job's table copes with that.
bool Lwm2mServer::on_notification(const domain::PeerAddress& from, const coap::Message& notification) {
    const auto token = observation_token(notification.token);
    const auto* before = token ? registrations_.find_by_token(*token) : nullptr;
    const bool moved = before != nullptr && before->address != from;
    const auto* sender = token ? find_sender(*token, from) : nullptr;
    if (sender == nullptr) {
        ++counters_.unknown_tokens;
        return false;
    }
    const DeviceId device = sender->device;
    ++counters_.notifications;
    gate_.on_heard(*sender);
    if (!coap::is_success(notification.code)) {
        // RFC 7641, 3.2: an error ends the observation. The device listens now, so it is asked again at once.
        ++counters_.ended_observations;
        registrations_.forget_observation(device);
        observe_later(device);
        return true;
    }
    if (notification.payload.empty()) {
        tell_heard(device);
    } else {
        tell_data(device, notification);
    }
    if (moved) observe_later(device);
    return true;
}

const domain::Registration* Lwm2mServer::find_sender(const domain::ObservationToken& token,
                                                     const domain::PeerAddress& from) {
    if (const auto* known = registrations_.on_notification(token, from)) return known;
    const auto asked = observation_.find_asked(token);
    if (!asked) return nullptr;
    // Its answer to our Observe was lost, but here is the proof that it observes.
    registrations_.on_heard(*asked, from);
    observation_.confirm(*asked, token);
    return registrations_.find_by_token(token);
}

// Others. --------------------------------------------------------------------------------------------------------

void Lwm2mServer::on_device_erased(const DeviceId& device) {
    registrations_.forget(device);
    observation_.forget(device);
    radio_.forget(device);
    gate_.withdraw(device);
}

void Lwm2mServer::tell_heard(const DeviceId& device) { tell({.device = device, .data = std::nullopt}); }

void Lwm2mServer::tell_data(const DeviceId& device, const coap::Message& message) {
    tell({.device = device, .data = data_of(message)});
}

void Lwm2mServer::tell(News news) {
    news_.push_back(std::move(news));
    if (news_.size() == 1) later_([this] { deliver_news(); });
}

void Lwm2mServer::deliver_news() {
    news_.swap(delivered_);
    told_.clear();
    for (const auto& each : delivered_) told_.push_back(each.device);
    events_.expect(told_);
    for (const auto& each : delivered_) {
        if (each.data) {
            events_.on_data(each.device, *each.data);
        } else {
            events_.on_heard(each.device);
        }
    }
    delivered_.clear();
}

Lwm2mCounters Lwm2mServer::counters() const {
    auto counters = counters_;
    counters.failed_observations = observation_.failures();
    return counters;
}

}  // namespace cellwise::lwm2m
