// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/pointer_index.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/domain/timeline.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cellwise::app {

/// What a register or an update says (LwM2M 1.0, 5.3).
struct RegistrationRequest {
    std::string endpoint{};  ///< register only
    domain::PeerAddress address{};
    std::optional<domain::Binding> binding{};  ///< U at a register that names none
    std::optional<Duration> lifetime{};        ///< 86400 s at a register that names none
    domain::RadioReport radio{};               ///< what some modules add to the query
};

/// Who is registered, from where, until when, observed by which token. The truth for a device that talks lies in a
/// bounded memory, the one for a sleeping device in the database; what changed is written behind by flush(), so an
/// answer never waits for a disk. Expiry needs no sweep: it is checked when a registration is used. Loop thread only.
class RegistrationService {
 public:
    RegistrationService(ports::Database& database, ports::Clock& clock, ports::Random& random,
                        std::size_t max_in_memory = 200'000);

    /// Errors: Forbidden "lwm2m.endpoint.unknown"; InvalidInput "lwm2m.endpoint" (1..256 bytes), "lwm2m.lifetime"
    /// (1..4294967295 s); TooMany "lwm2m.registrations.busy" while the database is behind by far too much.
    Result<domain::Registration> on_register(const RegistrationRequest& request);
    /// NotFound "lwm2m.registration.not_found" when no live registration bears that id.
    Result<domain::Registration> on_update(const RegistrationId& id, const RegistrationRequest& request);
    Result<domain::Registration> on_deregister(const RegistrationId& id);

    /// A hint, and nothing else: the next calls will be about these.
    void expect(std::span<const domain::ObservationToken> tokens) const;

    // Whoever returns a pointer returns null where there is nothing; it is good until the next call that changes
    // anything here.

    /// A device's notification came with this token from this address: refreshes address and last-heard. Nothing for
    /// an unknown token. The registration may have expired: it is still the device that we asked.
    const domain::Registration* on_notification(const domain::ObservationToken& token,
                                                const domain::PeerAddress& from);
    /// A datagram that proved to be the device's (the response to a request of ours). Its live registration.
    const domain::Registration* on_heard(const DeviceId& device, const domain::PeerAddress& from);

    void save_observation(const DeviceId& device, const domain::ObservationToken& token);
    void save_radio(const DeviceId& device, const domain::RadioReport& report);

    /// Live registrations only.
    const domain::Registration* find(const DeviceId& device);

    /// The device said that it observes no longer, or refused to.
    void forget_observation(const DeviceId& device);
    /// The device was erased from the database, and its registration with it.
    void forget(const DeviceId& device);

    /// Live registrations only.
    const domain::Registration* find(const RegistrationId& id);
    /// As on_notification, but refreshes nothing.
    const domain::Registration* find_by_token(const domain::ObservationToken& token);

    /// Hands everything that changed since the last call to the database in one write. Call after each batch of
    /// datagrams; a call without changes does nothing.
    void flush();

    std::size_t in_memory() const { return entries_.size(); }

 private:
    /// Clean: may be forgotten at once. Dirty: waits for flush(). Writing: handed to the database, not yet durable.
    enum class Place { Writing, Clean, Dirty };
    struct Entry {
        domain::Registration registration{};
        std::optional<domain::ObservationToken> former_token{};  ///< good until the new observation is confirmed
        std::optional<Timestamp> last_seen_at{};                 ///< of the device's row
        Timestamp saved_heard_at{};
        bool erased = false;  ///< de-registered, and the row perhaps still there
        std::uint32_t writes_pending = 0;
        Place place = Place::Writing;
        Entry* before = nullptr;  ///< in clean_ or dirty_
        Entry* after = nullptr;
    };
    /// Entries in the order in which they came, linked through themselves.
    class Line {
     public:
        bool empty() const { return first_ == nullptr; }
        Entry* first() const { return first_; }
        void append(Entry& entry);
        void remove(Entry& entry);

     private:
        Entry* first_ = nullptr;
        Entry* last_ = nullptr;
    };
    struct Batch {
        std::vector<domain::Registration> saved{};
        std::vector<DeviceId> erased{};
        std::vector<std::pair<DeviceId, Timestamp>> seen{};
        std::vector<domain::TimelineEntry> events{};
    };
    using Reader = std::function<Result<std::optional<domain::Registration>>(ports::RegistrationStore&)>;

    Result<Entry*> load(const Reader& reader);
    Result<Entry*> find_entry(const DeviceId& device);
    Result<Entry*> find_entry(const RegistrationId& id);
    Result<Entry*> find_entry(const domain::ObservationToken& token);
    Entry* in_use(Entry& entry);
    Entry& insert(const DeviceId& device);
    bool is_live(const Entry& entry) const;
    void index(Entry& entry);
    void unindex(const Entry& entry);
    void heard(Entry& entry, const domain::PeerAddress& from);
    void note(const DeviceId& device, domain::TimelineKind kind, std::string detail);
    void place(Entry& entry, Place to);
    void touch(Entry& entry);
    void drop(const DeviceId& device);
    Entry*& recent_of(const DeviceId& device);

    void make_room();
    void evict_down_to(std::size_t count);
    void finish(const Batch& batch, const Status& status);
    void settle(const DeviceId& device, const Status& status);

    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
    std::size_t max_in_memory_;
    std::unordered_map<DeviceId, Entry> entries_;
    std::unordered_map<RegistrationId, Entry*> by_id_;
    PointerIndex<Entry> by_token_;
    /// By their device's hash, those that were found last: who reports is looked for again a moment later, and among
    /// 100,000 the way through entries_ is long.
    std::array<Entry*, 4'096> recent_{};
    Line clean_;  ///< the longest unused first
    Line dirty_;  ///< the first changed first
    std::vector<std::pair<DeviceId, Timestamp>> seen_;
    std::vector<domain::TimelineEntry> events_;  ///< for the devices' timelines; soft, as the registrations are
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< a write may outlive us
};

}  // namespace cellwise::app
