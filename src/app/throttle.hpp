// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/ports/clock.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace cellwise::app {

/// How often an application may call: so many calls within any 60 s. Exact: the times of the calls that were let
/// through are kept, as many as the limit, in a ring. Calls that are refused do not count. Callable from any thread;
/// a lock is held for one look at a ring, and applications share one by chance only.
///
/// Memory: 8 bytes a call and application, of those that called within the last minutes. Only applications that
/// exist are to be asked about.
class Throttle {
 public:
    static constexpr Duration kWindow{60'000};

    /// `limit` 0: none. `clock` must not be set back.
    Throttle(const ports::Clock& clock, std::uint32_t limit) : clock_(clock), limit_(limit) {}

    /// TooMany "access.throttled" when it is one too many.
    Status admit(const AppId& app);
    /// Counts what was let through under the former limit, as far as the new one remembers it.
    void set_limit(std::uint32_t limit) { limit_ = limit; }

 private:
    /// The last calls; `next` is the oldest once it is full.
    struct Ring {
        std::vector<Timestamp> times{};
        std::size_t next = 0;
        std::uint32_t limit = 0;
        Timestamp last{};
    };
    struct Shard {
        std::mutex mutex{};
        std::unordered_map<AppId, Ring> rings{};
        Timestamp swept_at{};
    };

    static void resize(Ring& ring, std::uint32_t limit);
    static void sweep(Shard& shard, Timestamp now);

    const ports::Clock& clock_;
    std::atomic<std::uint32_t> limit_;
    std::array<Shard, 16> shards_{};
};

}  // namespace cellwise::app
