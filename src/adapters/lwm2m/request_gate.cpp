// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/request_gate.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::lwm2m {
namespace {

// One that is forgotten is asked once more in vain.
constexpr std::size_t kMaxDeaf = 100'000;

}  // namespace

RequestGate::RequestGate(coap::Transport& transport, app::RegistrationService& registrations, ports::Clock& clock,
                         Later& later, Duration awake_window)
    : transport_(transport),
      registrations_(registrations),
      clock_(clock),
      later_(later),
      awake_window_(std::max(awake_window, Duration{1})),
      deaf_(kMaxDeaf) {}

std::optional<Timestamp> RequestGate::awake_until(const domain::Registration& registration) const {
    if (registration.binding == domain::Binding::Udp) return std::nullopt;
    return registration.last_heard_at + awake_window_;
}

bool RequestGate::is_awake(const domain::Registration& registration) {
    if (deaf_.contains(registration.device)) return false;
    const auto until = awake_until(registration);
    return !until || clock_.now() < *until;
}

bool RequestGate::is_awake(const DeviceId& device) {
    const auto* registration = registrations_.find(device);
    return registration != nullptr && is_awake(*registration);
}

RequestGate::Handle RequestGate::request(const DeviceId& device, coap::Message message,
                                         const coap::TransmissionParameters& parameters, OnSilence on_silence,
                                         Done done) {
    const auto handle = ++last_handle_;
    auto& request = spare_requests_.put(requests_, handle)->second;
    request = {.device = device,
               .message = std::move(message),
               .parameters = parameters,
               .on_silence = on_silence,
               .done = std::move(done)};
    by_device_.emplace(device, handle);
    const auto* registration = registrations_.find(device);
    if (registration == nullptr || !is_awake(*registration)) {
        end_later(handle, RequestOutcome::Asleep);
    } else {
        request.to = registration->address;
        watch(handle, request, *registration);
        hand_over(handle, request);
    }
    return handle;
}

void RequestGate::hand_over(Handle handle, Request& request) {
    const auto round = ++request.round;
    auto done = [this, handle, round, alive = later_.alive()](coap::RequestEnd end, const domain::PeerAddress& from,
                                                              const coap::Message* response) {
        if (!alive.expired()) on_end(handle, round, end, from, response);
    };
    request.transport_handle = transport_.request(request.to, request.message, request.parameters, std::move(done));
}

ByteView RequestGate::payload_of(Handle handle) const { return requests_.at(handle).message.payload; }

void RequestGate::hasten(Handle handle) {
    const auto it = requests_.find(handle);
    if (it == requests_.end() || it->second.is_ending || !is_awake(it->second.device)) return;
    transport_.hasten(it->second.transport_handle);
}

void RequestGate::cancel(Handle handle) {
    const auto request = take(handle);
    if (request && !request->is_ending) transport_.cancel(request->transport_handle);
}

void RequestGate::on_heard(const domain::Registration& registration) {
    deaf_.erase(registration.device);
    const auto [first, last] = by_device_.equal_range(registration.device);
    for (auto it = first; it != last; ++it) {
        auto& request = requests_.at(it->second);
        if (request.is_ending || request.to == registration.address) continue;
        // Behind a NAT the old address leads nowhere any more, and retransmissions go where they began.
        transport_.cancel(request.transport_handle);
        request.to = registration.address;
        hand_over(it->second, request);
    }
}

void RequestGate::withdraw(const DeviceId& device) {
    const auto [first, last] = by_device_.equal_range(device);
    for (auto it = first; it != last; ++it) {
        const auto& request = requests_.at(it->second);
        if (request.is_ending) continue;
        transport_.cancel(request.transport_handle);
        end_later(it->second, RequestOutcome::GaveUp);
    }
}

void RequestGate::end_later(Handle handle, RequestOutcome outcome) {
    requests_.at(handle).is_ending = true;
    later_([this, handle, outcome] {
        if (const auto request = take(handle)) request->done(request->device, outcome, nullptr);
    });
}

void RequestGate::on_end(Handle handle, std::uint32_t round, coap::RequestEnd end, const domain::PeerAddress& from,
                         const coap::Message* response) {
    const auto it = requests_.find(handle);
    if (it == requests_.end() || it->second.is_ending || it->second.round != round) return;
    const auto taken = take(handle);
    const auto& request = *taken;
    switch (end) {
        case coap::RequestEnd::Answered:
        case coap::RequestEnd::Reset:
            if (const auto* now_at = registrations_.on_heard(request.device, from)) on_heard(*now_at);
            if (end == coap::RequestEnd::Answered && response != nullptr) {
                request.done(request.device, RequestOutcome::Answered, response);
            } else {
                request.done(request.device, RequestOutcome::Reset, nullptr);
            }
            break;
        case coap::RequestEnd::TimedOut:
            if (request.on_silence == OnSilence::CountAsDeaf) {
                deaf_.put(request.device, '\0');
                withdraw(request.device);  // the others would go to the same deaf ears
            }
            request.done(request.device, RequestOutcome::GaveUp, nullptr);
            break;
        case coap::RequestEnd::Cancelled:  // not by us: the transport's own queue was full
            request.done(request.device, RequestOutcome::GaveUp, nullptr);
            break;
    }
}

std::optional<RequestGate::Request> RequestGate::take(Handle handle) {
    const auto it = requests_.find(handle);
    if (it == requests_.end()) return std::nullopt;
    auto request = std::move(it->second);
    spare_requests_.keep(requests_.extract(it));
    const auto [first, last] = by_device_.equal_range(request.device);
    for (auto entry = first; entry != last; ++entry) {
        if (entry->second != handle) continue;
        by_device_.erase(entry);
        break;
    }
    if (request.looked_at) spare_window_ends_.erase(window_ends_, {*request.looked_at, handle});
    return request;
}

void RequestGate::watch(Handle handle, Request& request, const domain::Registration& registration) {
    // A device that hears by "U" may say "UQ" in its next update: it is looked at now and then, too.
    const auto at = awake_until(registration).value_or(clock_.now() + awake_window_);
    request.looked_at = at;
    spare_window_ends_.put(window_ends_, {at, handle});
}

void RequestGate::tick() {
    const auto now = clock_.now();
    while (!window_ends_.empty() && window_ends_.begin()->first <= now) {
        const auto handle = window_ends_.begin()->second;
        window_ends_.erase(window_ends_.begin());
        auto& request = requests_.at(handle);
        request.looked_at.reset();
        const auto* registration = registrations_.find(request.device);
        if (registration != nullptr && is_awake(*registration)) {
            watch(handle, request, *registration);
        } else {
            withdraw(request.device);
        }
    }
}

std::optional<Timestamp> RequestGate::next_deadline() const {
    if (window_ends_.empty()) return std::nullopt;
    return window_ends_.begin()->first;
}

}  // namespace cellwise::lwm2m
