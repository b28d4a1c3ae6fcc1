// SPDX-License-Identifier: Apache-2.0
#include "app/registration_service.hpp"

#include "app/new_id.hpp"
#include "app/registration_rules.hpp"

#include <algorithm>

namespace cellwise::app {
namespace {

constexpr Duration kDefaultLifetime = std::chrono::hours{24};  // LwM2M 1.0, 5.3.1
constexpr float kLoadFactor = 0.5F;

struct KnownDevice {
    domain::Device device;
    std::optional<domain::Registration> registration;
};

Result<std::optional<KnownDevice>> find_device(ports::Database& database, std::string_view endpoint) {
    std::optional<KnownDevice> known;
    const auto status = database.read([&](ports::Transaction& tx) -> Status {
        auto found = tx.devices().find_by_node_id(endpoint);
        if (!found) return found.error();
        if (const auto other = other_form_of(endpoint); !*found && other) {
            found = tx.devices().find_by_node_id(*other);
            if (!found) return found.error();
        }
        if (!*found) return {};
        auto registration = tx.registrations().find_by_device((*found)->id);
        if (!registration) return registration.error();
        known = KnownDevice{.device = **found, .registration = *registration};
        return {};
    });
    if (!status) return status.error();
    return known;
}

}  // namespace

RegistrationService::RegistrationService(ports::Database& database, ports::Clock& clock, ports::Random& random,
                                         std::size_t max_in_memory)
    : database_(database), clock_(clock), random_(random), max_in_memory_(std::max<std::size_t>(max_in_memory, 1)) {
    // Buckets are cheap; what costs at 100,000 devices is to look at another's entry on the way to one's own.
    entries_.max_load_factor(kLoadFactor);
}

// What devices say. ----------------------------------------------------------------------------------------------

Result<domain::Registration> RegistrationService::on_register(const RegistrationRequest& request) {
    if (const auto valid = check_endpoint(request.endpoint); !valid) return valid.error();
    if (const auto valid = check_lifetime(request.lifetime); !valid) return valid.error();
    auto known = find_device(database_, request.endpoint);
    if (!known) return known.error();
    if (!*known) {
        return Error{ErrorKind::Forbidden, "lwm2m.endpoint.unknown", "no device bears this endpoint name", "ep",
                     request.endpoint};
    }
    const auto& device = (*known)->device;

    std::optional<domain::ObservationToken> former;
    if ((*known)->registration) former = (*known)->registration->observation;
    if (const auto it = entries_.find(device.id); it != entries_.end()) {
        const auto& old = it->second;
        former = old.erased                     ? std::nullopt
                 : old.registration.observation ? old.registration.observation
                                                : old.former_token;
        unindex(old);
    } else if (entries_.size() >= 2 * max_in_memory_ && clean_.empty()) {
        flush();
        return Error{ErrorKind::TooMany, "lwm2m.registrations.busy", "too many registrations wait for the database"};
    }

    auto& entry = insert(device.id);
    const auto now = clock_.now();
    const auto lifetime = request.lifetime.value_or(kDefaultLifetime);
    entry.registration = {.id = new_id<RegistrationId>(random_),
                          .device = device.id,
                          .address = request.address,
                          .binding = request.binding.value_or(domain::Binding::Udp),
                          .lifetime = lifetime,
                          .expires_at = now + lifetime,
                          .radio = request.radio};
    entry.former_token = former;
    entry.last_seen_at = std::max(entry.last_seen_at, device.last_seen_at);
    entry.erased = false;
    index(entry);
    heard(entry, request.address);
    place(entry, Place::Dirty);
    note(device.id, domain::TimelineKind::Registered,
         "lifetime " + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(lifetime).count()) + " s" +
             (entry.registration.binding == domain::Binding::UdpQueue ? ", queue mode" : ""));
    return entry.registration;
}

Result<domain::Registration> RegistrationService::on_update(const RegistrationId& id,
                                                            const RegistrationRequest& request) {
    if (const auto valid = check_lifetime(request.lifetime); !valid) return valid.error();
    auto found = find_entry(id);
    if (!found) return found.error();
    if (*found == nullptr || !is_live(**found)) {
        return not_found("lwm2m.registration.not_found", "no live registration bears this id", id.str());
    }
    auto& entry = **found;
    auto& registration = entry.registration;
    if (request.binding) registration.binding = *request.binding;
    if (request.lifetime) registration.lifetime = *request.lifetime;
    merge(registration.radio, request.radio);
    registration.expires_at = clock_.now() + registration.lifetime;
    heard(entry, request.address);
    place(entry, Place::Dirty);
    return registration;
}

Result<domain::Registration> RegistrationService::on_deregister(const RegistrationId& id) {
    auto found = find_entry(id);
    if (!found) return found.error();
    if (*found == nullptr || !is_live(**found)) {
        return not_found("lwm2m.registration.not_found", "no live registration bears this id", id.str());
    }
    auto& entry = **found;
    unindex(entry);
    entry.erased = true;
    place(entry, Place::Dirty);
    note(entry.registration.device, domain::TimelineKind::Deregistered, {});
    return entry.registration;
}

const domain::Registration* RegistrationService::on_notification(const domain::ObservationToken& token,
                                                                 const domain::PeerAddress& from) {
    auto found = find_entry(token);
    if (!found || *found == nullptr) return nullptr;
    heard(**found, from);
    return &(*found)->registration;
}

const domain::Registration* RegistrationService::on_heard(const DeviceId& device, const domain::PeerAddress& from) {
    auto found = find_entry(device);
    if (!found || *found == nullptr) return nullptr;
    heard(**found, from);
    return is_live(**found) ? &(*found)->registration : nullptr;
}

// What we learnt. ------------------------------------------------------------------------------------------------

void RegistrationService::save_observation(const DeviceId& device, const domain::ObservationToken& token) {
    auto found = find_entry(device);
    if (!found || *found == nullptr) return;
    auto& entry = **found;
    unindex(entry);
    entry.registration.observation = token;
    entry.former_token.reset();
    index(entry);
    place(entry, Place::Dirty);
}

void RegistrationService::forget_observation(const DeviceId& device) {
    auto found = find_entry(device);
    if (!found || *found == nullptr) return;
    auto& entry = **found;
    unindex(entry);
    entry.registration.observation.reset();
    entry.former_token.reset();
    index(entry);
    place(entry, Place::Dirty);
}

void RegistrationService::save_radio(const DeviceId& device, const domain::RadioReport& report) {
    auto found = find_entry(device);
    if (!found || *found == nullptr || (*found)->registration.radio == report) return;
    (*found)->registration.radio = report;
    place(**found, Place::Dirty);
}

void RegistrationService::forget(const DeviceId& device) { drop(device); }

// What others ask. -----------------------------------------------------------------------------------------------

const domain::Registration* RegistrationService::find(const DeviceId& device) {
    auto found = find_entry(device);
    if (!found || *found == nullptr || !is_live(**found)) return nullptr;
    return &(*found)->registration;
}

const domain::Registration* RegistrationService::find(const RegistrationId& id) {
    auto found = find_entry(id);
    if (!found || *found == nullptr || !is_live(**found)) return nullptr;
    return &(*found)->registration;
}

const domain::Registration* RegistrationService::find_by_token(const domain::ObservationToken& token) {
    auto found = find_entry(token);
    if (!found || *found == nullptr) return nullptr;
    return &(*found)->registration;
}

bool RegistrationService::is_live(const Entry& entry) const {
    return !entry.erased && entry.registration.expires_at > clock_.now();
}

}  // namespace cellwise::app
