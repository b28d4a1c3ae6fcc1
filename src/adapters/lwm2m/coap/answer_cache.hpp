// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/hash_index.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/time.hpp"

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
        PeerAddress peer{};
        std::uint16_t id = 0;
        std::uint64_t digest = 0;
    };

    AnswerCache(std::size_t most, std::size_t most_bytes, std::uint64_t secret);

    /// The answer given within EXCHANGE_LIFETIME, which may be empty (none was due). Nothing: not seen yet. The view
    /// is good until the next remember().
    std::optional<ByteView> find(const Key& key, Timestamp now) const;
    /// `now` never goes back. An answer larger than all the room is remembered as empty.
    void remember(const Key& key, ByteView answer, Timestamp now);

    /// A hint: find() will be called for it soon.
    void expect(const Key& key) const { index_.expect(hash_of_key(key)); }

    static std::uint64_t digest_of(ByteView datagram);
    static constexpr Duration kLifetime{247'000};  ///< EXCHANGE_LIFETIME of RFC 7252, 4.8.2

 private:
    struct Entry {
        Key key{};
        Timestamp expires_at{};
        std::uint64_t begin = 0;  ///< of the answer, counting every byte ever written to the ring
        std::uint32_t length = 0;
        bool indexed = false;  ///< no longer, when another message took its peer and id
    };

    std::uint64_t hash_of_key(const Key& key) const { return mix(hash_of(key.peer, secret_) + key.id); }
    std::uint32_t place_of(const Key& key, std::uint64_t hash) const;
    std::uint64_t make_room(std::size_t length);
    void drop_oldest();

    std::uint64_t secret_;
    std::uint32_t most_, most_bytes_;
    HashIndex index_;
    std::vector<Entry> entries_;             ///< a ring: count_ of them from oldest_ on
    std::unique_ptr<std::uint8_t[]> bytes_;  ///< a ring too: answers in the same order, none wrapped around its end
    std::uint32_t oldest_ = 0, count_ = 0;
    std::uint64_t written_ = 0;
};

}  // namespace cellwise::lwm2m::coap
