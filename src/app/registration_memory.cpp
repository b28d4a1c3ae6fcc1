// SPDX-License-Identifier: Apache-2.0
// What a RegistrationService keeps in memory, and the database behind it.
#include "app/registration_service.hpp"

#include "cellwise/base/log.hpp"
#include "cellwise/base/prefetch.hpp"

#include <bit>
#include <utility>

namespace cellwise::app {
namespace {

constexpr Duration kSeenGrain = std::chrono::hours{1};
// A device in a download speaks many times a minute and none of that may cost a commit: on disk the hour of the last
// word may lag by this much, which after a restart makes a device look asleep a little early.
constexpr Duration kHeardGrain = std::chrono::seconds{20};

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

/// Random: as good a hash of itself as any.
std::uint64_t bits_of(const domain::ObservationToken& token) { return std::bit_cast<std::uint64_t>(token); }

void log_failure(const char* what, const Error& error) {
    log::error(what, {{"code", error.code}, {"reason", error.message}});
}

}  // namespace

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

void RegistrationService::expect(std::span<const domain::ObservationToken> tokens) const {
    for (const auto& token : tokens) by_token_.expect(bits_of(token));
    for (const auto& token : tokens) {
        if (const auto* entry = by_token_.find(bits_of(token))) prefetch(*entry);
    }
}

RegistrationService::Entry* RegistrationService::in_use(Entry& entry) {
    if (entry.erased) return nullptr;
    touch(entry);
    recent_of(entry.registration.device) = &entry;
    return &entry;
}

RegistrationService::Entry*& RegistrationService::recent_of(const DeviceId& device) {
    return recent_[std::hash<DeviceId>{}(device) % recent_.size()];
}

Result<RegistrationService::Entry*> RegistrationService::find_entry(const DeviceId& device) {
    if (auto* const recent = recent_of(device); recent != nullptr && recent->registration.device == device) {
        return in_use(*recent);
    }
    if (const auto it = entries_.find(device); it != entries_.end()) return in_use(it->second);
    return load([&](ports::RegistrationStore& store) { return store.find_by_device(device); });
}

Result<RegistrationService::Entry*> RegistrationService::find_entry(const RegistrationId& id) {
    if (const auto it = by_id_.find(id); it != by_id_.end()) return in_use(*it->second);
    return load([&](ports::RegistrationStore& store) { return store.find(id); });
}

Result<RegistrationService::Entry*> RegistrationService::find_entry(const domain::ObservationToken& token) {
    if (auto* const entry = by_token_.find(bits_of(token))) return in_use(*entry);
    return load([&](ports::RegistrationStore& store) { return store.find_by_token(token); });
}

RegistrationService::Entry& RegistrationService::insert(const DeviceId& device) {
    if (const auto it = entries_.find(device); it != entries_.end()) return it->second;
    make_room();
    return entries_[device];
}

void RegistrationService::index(Entry& entry) {
    const auto& registration = entry.registration;
    by_id_[registration.id] = &entry;
    if (registration.observation) by_token_.put(bits_of(*registration.observation), entry);
    if (entry.former_token) by_token_.put(bits_of(*entry.former_token), entry);
}

void RegistrationService::unindex(const Entry& entry) {
    by_id_.erase(entry.registration.id);
    if (entry.registration.observation) by_token_.erase(bits_of(*entry.registration.observation));
    if (entry.former_token) by_token_.erase(bits_of(*entry.former_token));
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

void RegistrationService::note(const DeviceId& device, domain::TimelineKind kind, std::string detail) {
    events_.push_back({.device = device, .at = clock_.now(), .kind = kind, .detail = std::move(detail)});
}

void RegistrationService::Line::append(Entry& entry) {
    entry.before = last_;
    entry.after = nullptr;
    (last_ == nullptr ? first_ : last_->after) = &entry;
    last_ = &entry;
}

void RegistrationService::Line::remove(Entry& entry) {
    (entry.before == nullptr ? first_ : entry.before->after) = entry.after;
    (entry.after == nullptr ? last_ : entry.after->before) = entry.before;
}

void RegistrationService::place(Entry& entry, Place to) {
    if (entry.place == to && to == Place::Dirty) return;  // its turn stays
    if (entry.place == Place::Clean) clean_.remove(entry);
    if (entry.place == Place::Dirty) dirty_.remove(entry);
    entry.place = to;
    if (to == Place::Clean) clean_.append(entry);
    if (to == Place::Dirty) dirty_.append(entry);
}

void RegistrationService::touch(Entry& entry) {
    if (entry.place == Place::Clean && entry.after != nullptr) place(entry, Place::Clean);
}

void RegistrationService::drop(const DeviceId& device) {
    const auto it = entries_.find(device);
    if (it == entries_.end()) return;
    if (auto*& recent = recent_of(device); recent == &it->second) recent = nullptr;
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
    while (entries_.size() > count && !clean_.empty()) drop(DeviceId{clean_.first()->registration.device});
}

void RegistrationService::flush() {
    if (dirty_.empty() && seen_.empty()) return;
    auto batch = std::make_shared<Batch>();
    batch->seen.swap(seen_);
    batch->events.swap(events_);
    while (!dirty_.empty()) {
        auto& entry = *dirty_.first();
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
        for (const auto& event : batch->events) {
            if (auto appended = tx.timeline().append(event); !appended) return appended;
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
