// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <utility>

namespace cellwise::app {

/// Erases what has been kept long enough and what erased tasks, applications and devices left behind, a bounded
/// amount at a time, so that others can write in between. It knows by what is stored where it stands: a restart goes
/// on. Loop thread only.
class Retention {
 public:
    /// How long what is kept.
    struct Periods {
        Duration uplinks = std::chrono::days{7};
        Duration tasks = std::chrono::days{180};        ///< from their end
        Duration dead_letters = std::chrono::days{30};  ///< from their last attempt
        Duration events = std::chrono::days{90};        ///< of devices' timelines
    };

    Retention(ports::Database& database, ports::Clock& clock, const Periods& periods);

    /// Erases at most `limit` rows of one kind and says how many.
    using Erase = std::function<Result<std::int64_t>(ports::Transaction&, Timestamp now, std::uint32_t limit)>;
    /// Another kind of rows; `failed` is what the log says when they cannot be erased. Before the first tick.
    void add(const char* failed, Erase erase) { chores_.push_back({failed, std::move(erase)}); }

    /// Call about once a minute; goes on by itself while there is more.
    void tick();

 private:
    ports::Database& database_;
    ports::Clock& clock_;

    struct Chore {
        const char* failed;
        Erase erase;
        bool busy = false;
    };
    std::list<Chore> chores_;  ///< a write under way knows its chore by address

    void work_on(Chore& chore);
};

}  // namespace cellwise::app
