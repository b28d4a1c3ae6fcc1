// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

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
        const std::lock_guard lock(mutex_);
        const auto found = reads_.find(key);
        if (version == 0 || found == reads_.end() || found->second.version != version) return std::nullopt;
        const auto age = now - found->second.at;
        if (age < Duration{0} || age >= kBelieved) return std::nullopt;
        return found->second.value;
    }
    /// `version` is the database's from before the read.
    void keep(const std::string& key, std::uint64_t version, Timestamp now, T value) {
        if (version == 0) return;
        const std::lock_guard lock(mutex_);
        if (reads_.size() >= kMost) reads_.clear();
        reads_.insert_or_assign(key, Read{version, now, std::move(value)});
    }

 private:
    struct Read {
        std::uint64_t version = 0;
        Timestamp at{};
        T value;
    };
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Read> reads_;
};

}  // namespace cellwise::app
