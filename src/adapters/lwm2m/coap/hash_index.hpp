// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/assert.hpp"
#include "cellwise/base/prefetch.hpp"
#include "cellwise/domain/device.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace cellwise::lwm2m::coap {

using domain::PeerAddress;

/// Spreads every bit of the input over all of the output (the finaliser of MurmurHash3).
constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 33U)) * 0xFF51AFD7ED558CCDULL;
    x = (x ^ (x >> 33U)) * 0xC4CEB9FE1A85EC53ULL;
    return x ^ (x >> 33U);
}

/// `secret` keeps strangers from choosing addresses that collide.
inline std::uint64_t hash_of(const PeerAddress& peer, std::uint64_t secret) {
    std::uint64_t high = 0, low = 0;
    std::memcpy(&high, peer.ip.data(), sizeof high);
    std::memcpy(&low, peer.ip.data() + sizeof high, sizeof low);
    return mix(mix(mix(high ^ secret) ^ low) + peer.port);
}

/// From hashes to places in somebody's array: open addressing, 8 bytes a cell, at most half full, no allocation after
/// construction. It compares no keys: the owner does, through `matches(place)`.
class HashIndex {
 public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    /// `capacity`: the most places it will ever hold.
    explicit HashIndex(std::size_t capacity)
        : cells_(std::bit_ceil(capacity * 2)), mask_(static_cast<std::uint32_t>(cells_.size() - 1)) {
        CELLWISE_ASSERT(capacity > 0 && cells_.size() <= (std::size_t{1} << 31U));
    }

    template <class Matches>
    std::uint32_t find(std::uint64_t hash, const Matches& matches) const {
        const std::uint32_t tag = tag_of(hash);
        for (std::uint32_t at = tag & mask_; cells_[at].place != kNone; at = next(at)) {
            if (cells_[at].tag == tag && matches(cells_[at].place)) return cells_[at].place;
        }
        return kNone;
    }

    /// The place that find() will most likely give, without a look at what is there.
    std::uint32_t likely(std::uint64_t hash) const {
        return find(hash, [](std::uint32_t) { return true; });
    }

    /// Asks for the memory in which a search for it begins.
    void expect(std::uint64_t hash) const { prefetch(cells_[tag_of(hash) & mask_]); }

    void insert(std::uint64_t hash, std::uint32_t place) {
        const std::uint32_t tag = tag_of(hash);
        std::uint32_t at = tag & mask_;
        while (cells_[at].place != kNone) at = next(at);
        cells_[at] = {.tag = tag, .place = place};
    }

    void erase(std::uint64_t hash, std::uint32_t place) {
        std::uint32_t hole = tag_of(hash) & mask_;
        while (cells_[hole].place != place) {
            CELLWISE_ASSERT(cells_[hole].place != kNone);
            hole = next(hole);
        }
        // Whoever was pushed past the hole moves back into it, so that no search stops early.
        for (std::uint32_t at = next(hole); cells_[at].place != kNone; at = next(at)) {
            const std::uint32_t home = cells_[at].tag & mask_;
            if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
            cells_[hole] = cells_[at];
            hole = at;
        }
        cells_[hole].place = kNone;
    }

 private:
    struct Cell {
        std::uint32_t tag = 0;
        std::uint32_t place = kNone;
    };

    static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U); }
    std::uint32_t next(std::uint32_t at) const { return (at + 1) & mask_; }

    std::vector<Cell> cells_;
    std::uint32_t mask_;
};

}  // namespace cellwise::lwm2m::coap
