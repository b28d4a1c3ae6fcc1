// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::app {

/// What was read lately by a key, as long as the database has not changed since (ports::Database::version). Another
/// process may have changed it behind our back, a person's shell, say: so nothing is believed for longer than
/// kBelieved. Any thread.
template <class T>
class RecentReads {
 public:
    static constexpr Duration kBelieved{1'000};
    static constexpr std::size_t kMost = 1'024;

    std::optional<T> find(const std::string& key, std::uint64_t version, Timestamp now) const {
        if (version == 0) return std::nullopt;
        const auto value = look_up(key, version, now);
        return value ? std::optional(*value) : std::nullopt;
    }
    /// `version` is the database's from before the read.
    void keep(const std::string& key, std::uint64_t version, Timestamp now, T value) {
        if (version == 0) return;
        auto kept = std::make_shared<const T>(std::move(value));
        const auto place = place_of(key);
        const std::lock_guard lock(mutex_);
        if (reads_.empty()) reads_.resize(kMost);
        auto& read = reads_[place];
        read.key = key;
        read.version = version;
        read.at = now;
        read.value.swap(kept);  // what was there before goes without the lock
    }

 private:
    struct Read {
        std::string key{};
        std::uint64_t version = 0;
        Timestamp at{};
        std::shared_ptr<const T> value{};
    };

    /// Every key has one place, which it shares with others: who comes last has it. So nothing is ever searched or
    /// cleared while others wait.
    static std::size_t place_of(const std::string& key) { return std::hash<std::string>{}(key) % kMost; }

    std::shared_ptr<const T> look_up(const std::string& key, std::uint64_t version, Timestamp now) const {
        const auto place = place_of(key);
        const std::lock_guard lock(mutex_);
        if (reads_.empty()) return nullptr;
        const auto& read = reads_[place];
        const auto age = now - read.at;
        const bool is_good = read.version == version && age >= Duration{0} && age < kBelieved && read.key == key;
        return is_good ? read.value : nullptr;
    }

    mutable std::mutex mutex_;
    std::vector<Read> reads_;
};

}  // namespace cellwise::app
