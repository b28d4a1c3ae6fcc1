// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/bounded_map.hpp"
#include "adapters/lwm2m/coap/spare_nodes.hpp"
#include "adapters/lwm2m/coap/transport.hpp"
#include "adapters/lwm2m/later.hpp"
#include "app/registration_service.hpp"

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/clock.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace cellwise::lwm2m {

/// How a request to a device ended.
enum class RequestOutcome {
    Answered,  ///< with the response in hand
    Reset,
    GaveUp,  ///< no confirmation, or the device fell asleep meanwhile: it may or may not have been heard
    Asleep   ///< not sent
};

/// What it means that a request got no answer.
enum class OnSilence {
    CountAsDeaf,  ///< the device sleeps until it is heard again
    Ignore        ///< it was a quick try
};

/// The only door for requests to devices: nothing passes to one that does not listen, what is under way is withdrawn
/// when its window ends, and follows it to a new address. Loop thread only.
class RequestGate {
 public:
    using Handle = std::uint64_t;  ///< 0: none
    /// `response` is null unless Answered. Never runs inside the call; not at all after cancel().
    using Done = std::function<void(const DeviceId& device, RequestOutcome outcome, const coap::Message* response)>;

    RequestGate(coap::Transport& transport, app::RegistrationService& registrations, ports::Clock& clock,
                Later& later, Duration awake_window);

    /// Registered, not deaf, and in queue mode heard within the window.
    bool is_awake(const DeviceId& device);
    /// To one that sleeps: ends as Asleep.
    Handle request(const DeviceId& device, coap::Message message, const coap::TransmissionParameters& parameters,
                   OnSilence on_silence, Done done);
    /// What a request that has not ended carries; good until the next call.
    ByteView payload_of(Handle handle) const;
    void hasten(Handle handle);
    void cancel(Handle handle);

    /// A valid packet came, and the registration knows of it: the device listens, where it now is.
    void on_heard(const domain::Registration& registration);
    /// Ends everything under way to the device: it began a new life, or is gone.
    void withdraw(const DeviceId& device);

    /// Withdraws what is under way to devices whose window has ended. Call at next_deadline() or often.
    void tick();
    std::optional<Timestamp> next_deadline() const;
    std::size_t under_way() const { return requests_.size(); }

 private:
    struct Request {
        DeviceId device;
        coap::Message message;
        coap::TransmissionParameters parameters;
        OnSilence on_silence = OnSilence::CountAsDeaf;
        Done done;
        domain::PeerAddress to;
        coap::RequestHandle transport_handle = 0;
        std::uint32_t round = 0;               ///< counts the sendings, to tell the end of an old one
        bool is_ending = false;                ///< no longer with the transport; its Done is posted
        std::optional<Timestamp> looked_at{};  ///< when it stands in window_ends_
    };

    std::optional<Timestamp> awake_until(const domain::Registration& registration) const;
    bool is_awake(const domain::Registration& registration);
    void hand_over(Handle handle, Request& request);
    void on_end(Handle handle, std::uint32_t round, coap::RequestEnd end, const domain::PeerAddress& from,
                const coap::Message* response);
    void end_later(Handle handle, RequestOutcome outcome);
    std::optional<Request> take(Handle handle);
    void watch(Handle handle, Request& request, const domain::Registration& registration);

    coap::Transport& transport_;
    app::RegistrationService& registrations_;
    ports::Clock& clock_;
    Later& later_;
    Duration awake_window_;
    Handle last_handle_ = 0;
    std::unordered_map<Handle, Request> requests_;
    coap::SpareNodes<std::unordered_map<Handle, Request>> spare_requests_;
    std::unordered_multimap<DeviceId, Handle> by_device_;
    coap::SpareNodes<std::set<std::pair<Timestamp, Handle>>> spare_window_ends_;
    std::set<std::pair<Timestamp, Handle>> window_ends_;  ///< of what is under way; may be early, never late
    BoundedMap<DeviceId, char> deaf_;                     ///< gave no answer, and were not heard since
};

}  // namespace cellwise::lwm2m
