// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/hash_index.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/time.hpp"

#include <array>
#include <memory>
#include <optional>

namespace cellwise::lwm2m::coap {

/// What was received lately and what was answered, so that a duplicate gets the same answer and does nothing twice
/// (RFC 7252, 4.5). Bounded in number and in bytes; the oldest is forgotten first.
class AnswerCache {
 public:
    /// One message of a peer. The digest of its bytes is part of the question whether it is a duplicate: a device
    /// that started anew begins with the same ids again, and must not get the answers of its former life.
    struct Key {
        std::uint32_t peer = 0;  ///< its place in the PeerTable
        std::uint32_t life = 0;  ///< which of the peers that have had this place
        std::uint16_t id = 0;
        std::uint32_t digest = 0;
    };

    AnswerCache(std::size_t most, std::size_t most_bytes, std::uint64_t secret);

    /// The answer given within EXCHANGE_LIFETIME, which may be empty (none was due). Nothing: not seen yet. The view
    /// is good until the next remember().
    std::optional<ByteView> find(const Key& key, Timestamp now) const;
    /// `now` never goes back. An answer larger than all the room, or than 64 KiB, is remembered as empty.
    void remember(const Key& key, ByteView answer, Timestamp now);

    /// A hint: find() will be called for it soon. The digest does not matter.
    void expect(const Key& key) const { index_.expect(hash_of_key(key)); }

    static std::uint32_t digest_of(ByteView datagram);
    static constexpr Duration kLifetime{247'000};  ///< EXCHANGE_LIFETIME of RFC 7252, 4.8.2

 private:
    /// Nearly every answer is an empty ACK of 4 bytes: that small they lie in the entry, not in the ring.
    static constexpr std::size_t kSmall = 8;
    /// 32 bytes, since with 100,000 devices every one that is looked at must first come from far away.
    struct Entry {
        std::array<std::uint8_t, kSmall> small;  ///< the answer; a larger one's beginning, as bytes_ counts
        Timestamp expires_at;
        std::uint32_t peer;  ///< kForgotten when another message took its peer and id
        std::uint32_t life;
        std::uint32_t digest;
        std::uint16_t id;
        std::uint16_t length;
    };
    static constexpr std::uint32_t kForgotten = HashIndex::kNone;

    std::uint64_t hash_of_key(const Key& key) const;
    std::uint64_t hash_of_entry(const Entry& entry) const;
    std::uint32_t place_of(const Key& key, std::uint64_t hash) const;
    void keep(ByteView answer, Entry& entry);
    std::optional<ByteView> answer_of(const Entry& entry) const;
    void drop_oldest();
    void expect_drops() const;

    std::uint64_t secret_;
    std::uint32_t most_, most_bytes_;
    HashIndex index_;
    std::vector<Entry> entries_;             ///< a ring: count_ of them from oldest_ on
    std::unique_ptr<std::uint8_t[]> bytes_;  ///< a ring of answers, none wrapped around its end
    std::uint32_t oldest_ = 0, count_ = 0;
    std::uint64_t written_ = 0;  ///< to bytes_, counting every byte ever and every one left out at its end
};

}  // namespace cellwise::lwm2m::coap
