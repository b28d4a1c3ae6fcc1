// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/bounded_map.hpp"
#include "adapters/lwm2m/request_gate.hpp"

#include "cellwise/ports/random.hpp"

#include <cstdint>
#include <functional>
#include <optional>

namespace cellwise::lwm2m {

/// How a device is asked to observe. Whoever has just registered may not have digested the answer yet and drops what
/// comes too early, so the first tries are quick; then the network is given its time.
struct ObservePolicy {
    coap::TransmissionParameters first{.ack_timeout = std::chrono::seconds{2}, .max_retransmit = 2};
    coap::TransmissionParameters then{.ack_timeout = std::chrono::seconds{15}, .max_retransmit = 2};
};

/// Keeps every device that talks observed: GET /19/0/0 with Observe 0, by a token that nobody can guess. What a
/// device was asked by a token that it has not confirmed is remembered, too: its answer may be lost and the
/// observation live.
class Observation {
 public:
    /// The device confirmed it; the response may bear data of its own.
    using Confirmed = std::function<void(const DeviceId& device, const coap::Message& response)>;

    Observation(RequestGate& gate, app::RegistrationService& registrations, ports::Random& random,
                const ObservePolicy& policy, Confirmed confirmed);

    /// Gives up asking for now; the token stays good.
    void stop(const DeviceId& device);
    /// Asks, unless it is being asked or does not listen.
    void ensure(const DeviceId& device);
    /// It was asked and has not confirmed: not yet, or not at all.
    bool is_wanting(const DeviceId& device) const;
    void forget(const DeviceId& device);

    /// The device that was asked by this token and has not confirmed it.
    std::optional<DeviceId> find_asked(const domain::ObservationToken& token);
    /// A notification by that token proves that the observation lives.
    void confirm(const DeviceId& device, const domain::ObservationToken& token);

    std::uint64_t failures() const { return failures_; }

 private:
    struct Attempt {
        domain::ObservationToken token{};
        RequestGate::Handle request = 0;  ///< 0: none under way
        std::uint32_t tries = 0;
    };
    struct TokenHash {
        std::size_t operator()(const domain::ObservationToken& token) const noexcept;
    };

    void ask(const DeviceId& device, Attempt& attempt);
    void on_end(const DeviceId& device, const domain::ObservationToken& token, RequestOutcome outcome,
                const coap::Message* response);

    RequestGate& gate_;
    app::RegistrationService& registrations_;
    ports::Random& random_;
    ObservePolicy policy_;
    Confirmed confirmed_;
    BoundedMap<DeviceId, Attempt> attempts_;
    BoundedMap<domain::ObservationToken, DeviceId, TokenHash> asked_;
    std::uint64_t failures_ = 0;
};

}  // namespace cellwise::lwm2m
