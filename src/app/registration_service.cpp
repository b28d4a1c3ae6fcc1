// SPDX-License-Identifier: Apache-2.0
#include "app/registration_service.hpp"

#include "app/new_id.hpp"
#include "app/registration_rules.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <cstring>

namespace cellwise::app {
namespace {

constexpr Duration kDefaultLifetime = std::chrono::hours{24};  // LwM2M 1.0, 5.3.1
constexpr Duration kSeenGrain = std::chrono::hours{1};
// A device in a download speaks many times a minute and none of that may cost a commit: on disk the hour of the last
// word may lag by this much, which after a restart makes a device look asleep a little early.
constexpr Duration kHeardGrain = std::chrono::seconds{20};

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

Status save_seen(ports::Transaction& tx, const DeviceId& id, Timestamp at) {
    auto device = tx.devices().find(id);
    if (!device) return device.error();
    if (!*device) return {};
    (*device)->last_seen_at = at;
    return tx.devices().save(**device);
}

/// A device may be erased between the change and its write: what was heard of it then goes with it.
Status save_registration(ports::Transaction& tx, const domain::Registration& registration) {
    auto device = tx.devices().find(registration.device);
    if (!device) return device.error();
    if (!*device) return {};
    return tx.registrations().save(registration);
}

void log_failure(const char* what, const Error& error) {
    log::error(what, {{"code", error.code}, {"reason", error.message}});
}

}  // namespace

std::size_t RegistrationService::TokenHash::operator()(const domain::ObservationToken& token) const noexcept {
    std::size_t hash = 0;  // the token is random: its bytes are as good a hash as any
    static_assert(sizeof(hash) <= sizeof(token));
    std::memcpy(&hash, token.data(), sizeof(hash));
    return hash;
}

RegistrationService::RegistrationService(ports::Database& database, ports::Clock& clock, ports::Random& random,
                                         std::size_t max_in_memory)
    : database_(database), clock_(clock), random_(random), max_in_memory_(std::max<std::size_t>(max_in_memory, 1)) {}

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
    return entry.registration;
}

std::optional<domain::Registration> RegistrationService::on_notification(const domain::ObservationToken& token,
                                                                         const domain::PeerAddress& from) {
    auto found = find_entry(token);
    if (!found || *found == nullptr) return std::nullopt;
    heard(**found, from);
    return (*found)->registration;
}

void RegistrationService::on_heard(const DeviceId& device, const domain::PeerAddress& from) {
    if (auto found = find_entry(device); found && *found != nullptr) heard(**found, from);
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

std::optional<domain::Registration> RegistrationService::find(const DeviceId& device) {
    auto found = find_entry(device);
    if (!found || *found == nullptr || !is_live(**found)) return std::nullopt;
    return (*found)->registration;
}

std::optional<domain::Registration> RegistrationService::find(const RegistrationId& id) {
    auto found = find_entry(id);
    if (!found || *found == nullptr || !is_live(**found)) return std::nullopt;
    return (*found)->registration;
}

std::optional<domain::Registration> RegistrationService::find_by_token(const domain::ObservationToken& token) {
    auto found = find_entry(token);
    if (!found || *found == nullptr) return std::nullopt;
    return (*found)->registration;
}

bool RegistrationService::is_live(const Entry& entry) const {
    return !entry.erased && entry.registration.expires_at > clock_.now();
}

// Memory and, behind it, the database. ---------------------------------------------------------------------------

Result<RegistrationService::Entry*> RegistrationService::load(const Reader& reader) {
    std::optional<domain::Registration> row;
    std::optional<domain::Device> device;
    const auto status = database_.read([&](ports::Transaction& tx) -> Status {
        auto found = reader(tx.registrations());
        if (!found) return found.error();
        if (!*found) return {};
        auto owner = tx.devices().find((*found)->device);
        if (!owner) return owner.error();
        row = *found;
        device = *owner;
        return {};
    });
    if (!status) {
        log_failure("registration could not be read", status.error());
        return status.error();
    }
    // A device in memory is known better there: the row bears an id or a token that is no longer good.
    if (!row || !device || entries_.contains(row->device)) return static_cast<Entry*>(nullptr);
    auto& entry = insert(row->device);
    entry.registration = *row;
    entry.last_seen_at = device->last_seen_at;
    entry.saved_heard_at = row->last_heard_at;
    index(entry);
    place(entry, Place::Clean);
    return &entry;
}

Result<RegistrationService::Entry*> RegistrationService::find_entry(const DeviceId& device) {
    if (const auto it = entries_.find(device); it != entries_.end()) {
        if (it->second.erased) return static_cast<Entry*>(nullptr);
        touch(it->second);
        return &it->second;
    }
    return load([&](ports::RegistrationStore& store) { return store.find_by_device(device); });
}

Result<RegistrationService::Entry*> RegistrationService::find_entry(const RegistrationId& id) {
    if (const auto it = by_id_.find(id); it != by_id_.end()) return find_entry(it->second);
    return load([&](ports::RegistrationStore& store) { return store.find(id); });
}

Result<RegistrationService::Entry*> RegistrationService::find_entry(const domain::ObservationToken& token) {
    if (const auto it = by_token_.find(token); it != by_token_.end()) return find_entry(it->second);
    return load([&](ports::RegistrationStore& store) { return store.find_by_token(token); });
}

RegistrationService::Entry& RegistrationService::insert(const DeviceId& device) {
    if (const auto it = entries_.find(device); it != entries_.end()) return it->second;
    make_room();
    return entries_[device];
}

void RegistrationService::index(const Entry& entry) {
    const auto& registration = entry.registration;
    by_id_[registration.id] = registration.device;
    if (registration.observation) by_token_[*registration.observation] = registration.device;
    if (entry.former_token) by_token_[*entry.former_token] = registration.device;
}

void RegistrationService::unindex(const Entry& entry) {
    by_id_.erase(entry.registration.id);
    if (entry.registration.observation) by_token_.erase(*entry.registration.observation);
    if (entry.former_token) by_token_.erase(*entry.former_token);
}

void RegistrationService::heard(Entry& entry, const domain::PeerAddress& from) {
    auto& registration = entry.registration;
    const auto now = clock_.now();
    const bool moved = registration.address != from;
    registration.address = from;
    registration.last_heard_at = now;
    if (!entry.last_seen_at || now - *entry.last_seen_at >= kSeenGrain) {
        entry.last_seen_at = now;
        seen_.emplace_back(registration.device, now);
    }
    if (moved || now - entry.saved_heard_at >= kHeardGrain) {
        place(entry, Place::Dirty);
    } else {
        touch(entry);
    }
}

void RegistrationService::place(Entry& entry, Place to) {
    if (entry.place == to && to == Place::Dirty) return;  // its turn stays
    if (entry.place == Place::Clean) clean_.erase(entry.position);
    if (entry.place == Place::Dirty) dirty_.erase(entry.position);
    entry.place = to;
    const auto& device = entry.registration.device;
    if (to == Place::Clean) entry.position = clean_.insert(clean_.begin(), device);
    if (to == Place::Dirty) entry.position = dirty_.insert(dirty_.end(), device);
}

void RegistrationService::touch(Entry& entry) {
    if (entry.place == Place::Clean) clean_.splice(clean_.begin(), clean_, entry.position);
}

void RegistrationService::drop(const DeviceId& device) {
    const auto it = entries_.find(device);
    if (it == entries_.end()) return;
    unindex(it->second);
    place(it->second, Place::Writing);
    entries_.erase(it);
}

void RegistrationService::make_room() {
    evict_down_to(max_in_memory_ - 1);
    // Whatever is left waits for the database: memory overshoots until the write is done.
    if (entries_.size() >= max_in_memory_) flush();
}

void RegistrationService::evict_down_to(std::size_t count) {
    while (entries_.size() > count && !clean_.empty()) drop(DeviceId{clean_.back()});
}

void RegistrationService::flush() {
    if (dirty_.empty() && seen_.empty()) return;
    auto batch = std::make_shared<Batch>();
    batch->seen.swap(seen_);
    while (!dirty_.empty()) {
        auto& entry = entries_.at(dirty_.front());
        if (entry.erased) {
            batch->erased.push_back(entry.registration.device);
        } else {
            batch->saved.push_back(entry.registration);
        }
        entry.saved_heard_at = entry.registration.last_heard_at;
        ++entry.writes_pending;
        place(entry, Place::Writing);
    }
    auto work = [batch](ports::Transaction& tx) -> Status {
        for (const auto& [device, at] : batch->seen) {
            if (auto saved = save_seen(tx, device, at); !saved) return saved;
        }
        for (const auto& registration : batch->saved) {
            if (auto saved = save_registration(tx, registration); !saved) return saved;
        }
        for (const auto& device : batch->erased) {
            if (auto erased = tx.registrations().erase(device); !erased) return erased.error();
        }
        return {};
    };
    database_.write(std::move(work), [this, batch, alive = std::weak_ptr(alive_)](const Status& status) {
        if (!alive.expired()) finish(*batch, status);
    });
}

void RegistrationService::finish(const Batch& batch, const Status& status) {
    if (!status) {
        log_failure("registrations could not be saved", status.error());
        seen_.insert(seen_.end(), batch.seen.begin(), batch.seen.end());
    }
    for (const auto& registration : batch.saved) settle(registration.device, status);
    for (const auto& device : batch.erased) settle(device, status);
    evict_down_to(max_in_memory_);
}

void RegistrationService::settle(const DeviceId& device, const Status& status) {
    const auto it = entries_.find(device);
    if (it == entries_.end()) return;
    auto& entry = it->second;
    if (entry.writes_pending > 0) --entry.writes_pending;
    if (!status) place(entry, Place::Dirty);
    if (entry.place == Place::Dirty || entry.writes_pending > 0) return;
    if (entry.erased) {
        drop(device);
    } else {
        place(entry, Place::Clean);
    }
}

}  // namespace cellwise::app
