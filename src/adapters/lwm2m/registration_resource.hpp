// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message.hpp"
#include "app/registration_service.hpp"

#include "cellwise/domain/device.hpp"
#include "cellwise/ports/clock.hpp"

#include <cstdint>
#include <optional>

namespace cellwise::lwm2m {

/// What a request to /rd changed.
struct RegistrationChange {
    enum class Kind { Registered, Updated, Deregistered };
    Kind kind = Kind::Updated;
    domain::Registration registration{};
    bool moved = false;                 ///< an update from another address than the last packet
    domain::RadioReport given_radio{};  ///< what the query of this very request said
};

/// /rd: register, update, de-register (LwM2M 1.0, 5.3 and 8.2.3), as a translation between CoAP and
/// RegistrationService and nothing else.
class RegistrationResource {
 public:
    struct Answer {
        coap::Message response{};
        std::optional<RegistrationChange> change{};
    };

    RegistrationResource(app::RegistrationService& registrations, ports::Clock& clock)
        : registrations_(registrations), clock_(clock) {}

    Answer on_request(const domain::PeerAddress& from, const coap::Message& request);

 private:
    Answer on_register(const domain::PeerAddress& from, const coap::Message& request);
    Answer on_update(const RegistrationId& id, const domain::PeerAddress& from, const coap::Message& request);
    Answer on_deregister(const RegistrationId& id);
    Answer refuse(const domain::PeerAddress& from, const Error& error);

    app::RegistrationService& registrations_;
    ports::Clock& clock_;
    Timestamp warning_period_{};
    std::uint32_t warnings_ = 0;
};

}  // namespace cellwise::lwm2m
