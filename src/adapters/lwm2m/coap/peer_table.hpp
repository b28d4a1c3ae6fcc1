// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/hash_index.hpp"
#include "adapters/lwm2m/coap/random_draws.hpp"
#include "adapters/lwm2m/coap/route.hpp"

#include <vector>

namespace cellwise::lwm2m::coap {

/// What the message layer knows of the peers that talk: bounded, 64 bytes each. The one that was idle longest is
/// forgotten first; one that is held (a request of ours is under way to it) never.
class PeerTable {
 public:
    using Place = std::uint32_t;  ///< of a record; good until the peer is forgotten
    static constexpr Place kNone = HashIndex::kNone;

    PeerTable(std::size_t most, RandomDraws& random);

    /// The peer's record, made if need be, and now the one heard last. kNone: all places are held by others.
    Place touch(const PeerAddress& peer);
    Place find(const PeerAddress& peer) const;

    // Hints for a batch of peers that touch() will be called for, a step for all of them after the other, so that
    // nobody waits for the memory of one: where to look for it, its record.
    std::uint64_t expect(const PeerAddress& peer) const;  ///< the peer's hash
    void expect_record(std::uint64_t hash) const;

    const Route& route(Place place) const { return records_[place].route; }
    void set_local(Place place, const LocalAddress& local) { records_[place].route.local = local; }
    /// The id of the next message to the peer; the first is random (RFC 7252, 4.4).
    std::uint16_t next_id(Place place) { return records_[place].next_id++; }
    void hold(Place place);
    void release(Place place);
    /// Tells one peer from the next that gets its place.
    std::uint32_t life(Place place) const { return records_[place].life; }
    std::size_t size() const { return records_.size(); }

 private:
    struct alignas(64) Record {
        Route route{};
        std::uint16_t next_id = 0;
        bool held = false;
        std::uint32_t life = 0;
        Place older = kNone, newer = kNone;  ///< in the order of last hearing; a held one stands outside
    };

    Place make(const PeerAddress& peer, std::uint64_t hash);
    void forget(Place place);
    void append(Place place);
    void unlink(Place place);
    Place find(const PeerAddress& peer, std::uint64_t hash) const;

    RandomDraws& random_;
    std::uint64_t secret_;
    std::size_t most_;
    HashIndex index_;
    std::vector<Record> records_;
    Place oldest_ = kNone, newest_ = kNone;
};

}  // namespace cellwise::lwm2m::coap
