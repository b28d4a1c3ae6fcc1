// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <unordered_map>
#include <utility>

namespace cellwise::lwm2m {

/// Remembers at most so many values; the one put longest ago is forgotten first. For what may be forgotten at the
/// price of a repeated question.
template <class Key, class Value, class Hash = std::hash<Key>>
class BoundedMap {
 public:
    explicit BoundedMap(std::size_t max_size) : max_size_(max_size) {}

    Value& put(const Key& key, Value value) {
        erase(key);
        if (entries_.size() >= max_size_) erase(Key{order_.front()});
        const auto position = order_.insert(order_.end(), key);
        return entries_.emplace(key, Entry{std::move(value), position}).first->second.value;
    }
    /// Null when it is not there.
    Value* find(const Key& key) {
        const auto it = entries_.find(key);
        return it == entries_.end() ? nullptr : &it->second.value;
    }
    bool contains(const Key& key) const { return entries_.contains(key); }
    void erase(const Key& key) {
        const auto it = entries_.find(key);
        if (it == entries_.end()) return;
        order_.erase(it->second.position);
        entries_.erase(it);
    }
    std::size_t size() const { return entries_.size(); }

 private:
    struct Entry {
        Value value;
        typename std::list<Key>::iterator position;
    };
    std::size_t max_size_;
    std::unordered_map<Key, Entry, Hash> entries_;
    std::list<Key> order_;
};

}  // namespace cellwise::lwm2m
