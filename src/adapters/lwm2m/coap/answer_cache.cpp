// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/answer_cache.hpp"

#include <algorithm>
#include <functional>

namespace cellwise::lwm2m::coap {

AnswerCache::AnswerCache(std::size_t most, std::size_t most_bytes, std::uint64_t secret)
    : secret_(secret),
      most_(static_cast<std::uint32_t>(most)),
      most_bytes_(static_cast<std::uint32_t>(most_bytes)),
      index_(most),
      bytes_(std::make_unique_for_overwrite<std::uint8_t[]>(most_bytes)) {
    entries_.reserve(most);  // as with bytes_, a page becomes memory when it is used
}

std::uint64_t AnswerCache::digest_of(ByteView datagram) { return std::hash<std::string_view>{}(as_text(datagram)); }

std::uint32_t AnswerCache::place_of(const Key& key, std::uint64_t hash) const {
    return index_.find(hash, [&](std::uint32_t place) {
        return entries_[place].key.id == key.id && entries_[place].key.peer == key.peer;
    });
}

std::optional<ByteView> AnswerCache::find(const Key& key, Timestamp now) const {
    const std::uint32_t place = place_of(key, hash_of_key(key));
    if (place == HashIndex::kNone) return std::nullopt;
    const Entry& entry = entries_[place];
    if (entry.key.digest != key.digest || entry.expires_at <= now) return std::nullopt;
    return ByteView(bytes_.get() + entry.begin % most_bytes_, entry.length);
}

void AnswerCache::remember(const Key& key, ByteView answer, Timestamp now) {
    if (answer.size() > most_bytes_) answer = {};
    const std::uint64_t hash = hash_of_key(key);
    if (const std::uint32_t former = place_of(key, hash); former != HashIndex::kNone) {
        index_.erase(hash, former);
        entries_[former].indexed = false;
    }
    const std::uint64_t begin = make_room(answer.size());
    std::copy(answer.begin(), answer.end(), bytes_.get() + begin % most_bytes_);
    const std::uint32_t place = (oldest_ + count_++) % most_;
    if (place == entries_.size()) entries_.emplace_back();
    entries_[place] = {.key = key,
                       .expires_at = now + kLifetime,
                       .begin = begin,
                       .length = static_cast<std::uint32_t>(answer.size()),
                       .indexed = true};
    index_.insert(hash, place);
}

/// Where `length` bytes lie free in one piece, the oldest entries dropped until they do.
std::uint64_t AnswerCache::make_room(std::size_t length) {
    if (count_ == most_) drop_oldest();
    std::uint64_t begin = written_;
    if (begin % most_bytes_ + length > most_bytes_) begin += most_bytes_ - begin % most_bytes_;
    while (count_ > 0 && begin + length - entries_[oldest_].begin > most_bytes_) drop_oldest();
    written_ = begin + length;
    return begin;
}

void AnswerCache::drop_oldest() {
    const Entry& entry = entries_[oldest_];
    if (entry.indexed) index_.erase(hash_of_key(entry.key), oldest_);
    oldest_ = (oldest_ + 1) % most_;
    --count_;
}

}  // namespace cellwise::lwm2m::coap
