// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/answer_cache.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace cellwise::lwm2m::coap {

AnswerCache::AnswerCache(std::size_t most, std::size_t most_bytes, std::uint64_t secret)
    : secret_(secret),
      most_(static_cast<std::uint32_t>(most)),
      most_bytes_(static_cast<std::uint32_t>(most_bytes)),
      index_(most),
      bytes_(std::make_unique_for_overwrite<std::uint8_t[]>(most_bytes)) {
    static_assert(sizeof(Entry) == 32);
    entries_.reserve(most);  // as with bytes_, a page becomes memory when it is used
}

std::uint32_t AnswerCache::digest_of(ByteView datagram) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(as_text(datagram)));
}

std::uint64_t AnswerCache::hash_of_key(const Key& key) const {
    return mix(mix((std::uint64_t{key.life} << 32U | key.peer) ^ secret_) + key.id);
}

std::uint64_t AnswerCache::hash_of_entry(const Entry& entry) const {
    return hash_of_key({.peer = entry.peer, .life = entry.life, .id = entry.id});
}

std::uint32_t AnswerCache::place_of(const Key& key, std::uint64_t hash) const {
    return index_.find(hash, [&](std::uint32_t place) {
        const Entry& entry = entries_[place];
        return entry.id == key.id && entry.peer == key.peer && entry.life == key.life;
    });
}

std::optional<ByteView> AnswerCache::find(const Key& key, Timestamp now) const {
    const std::uint32_t place = place_of(key, hash_of_key(key));
    if (place == HashIndex::kNone) return std::nullopt;
    const Entry& entry = entries_[place];
    if (entry.digest != key.digest || entry.expires_at <= now) return std::nullopt;
    return answer_of(entry);
}

void AnswerCache::remember(const Key& key, ByteView answer, Timestamp now) {
    const std::uint64_t hash = hash_of_key(key);
    if (const std::uint32_t former = place_of(key, hash); former != HashIndex::kNone) {
        index_.erase(hash, former);
        entries_[former].peer = kForgotten;
    }
    if (count_ == most_) drop_oldest();
    const std::uint32_t place = (oldest_ + count_++) % most_;
    if (place == entries_.size()) entries_.emplace_back();
    Entry& entry = entries_[place];
    entry.expires_at = now + kLifetime;
    entry.peer = key.peer;
    entry.life = key.life;
    entry.digest = key.digest;
    entry.id = key.id;
    keep(answer, entry);
    index_.insert(hash, place);
}

void AnswerCache::keep(ByteView answer, Entry& entry) {
    const std::size_t most = std::min<std::size_t>(most_bytes_, std::numeric_limits<std::uint16_t>::max());
    if (answer.size() > most) answer = {};
    entry.length = static_cast<std::uint16_t>(answer.size());
    if (answer.size() <= kSmall) {
        std::copy(answer.begin(), answer.end(), entry.small.begin());
        return;
    }
    std::uint64_t begin = written_;
    if (begin % most_bytes_ + answer.size() > most_bytes_) begin += most_bytes_ - begin % most_bytes_;
    std::copy(answer.begin(), answer.end(), bytes_.get() + begin % most_bytes_);
    written_ = begin + answer.size();
    std::memcpy(entry.small.data(), &begin, sizeof begin);
}

/// Nothing when others have been written over it.
std::optional<ByteView> AnswerCache::answer_of(const Entry& entry) const {
    if (entry.length <= kSmall) return ByteView(entry.small).first(entry.length);
    std::uint64_t begin = 0;
    std::memcpy(&begin, entry.small.data(), sizeof begin);
    if (written_ - begin > most_bytes_) return std::nullopt;
    return ByteView(bytes_.get() + begin % most_bytes_, entry.length);
}

void AnswerCache::drop_oldest() {
    const Entry& entry = entries_[oldest_];
    if (entry.peer != kForgotten) index_.erase(hash_of_entry(entry), oldest_);
    oldest_ = (oldest_ + 1) % most_;
    --count_;
    expect_drops();
}

/// Once full, every message drops one that nobody has looked at for long: its memory is asked for some messages
/// ahead.
void AnswerCache::expect_drops() const {
    constexpr std::uint32_t kAhead = 16;
    prefetch(entries_[(oldest_ + 2 * kAhead) % most_]);
    const Entry& entry = entries_[(oldest_ + kAhead) % most_];
    if (entry.peer != kForgotten) index_.expect(hash_of_entry(entry));
}

}  // namespace cellwise::lwm2m::coap
