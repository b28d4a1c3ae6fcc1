// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"

#include <cstdint>
#include <functional>

namespace cellwise::app {

/// Erases what has been kept long enough and what erased tasks left behind, a bounded amount at a time, so that
/// others can write in between. It knows by what is stored where it stands: a restart goes on. Loop thread only.
class Retention {
 public:
    Retention(ports::Database& database, ports::Clock& clock, Duration uplinks);

    /// Call about once a minute; goes on by itself while there is more.
    void tick();

 private:
    ports::Database& database_;
    ports::Clock& clock_;

    /// One kind of rows: erases at most `limit` of them and says how many.
    struct Chore {
        const char* failed;
        std::function<Result<std::int64_t>(ports::Transaction&, Timestamp now, std::uint32_t limit)> erase;
        bool busy = false;
    };
    Chore old_uplinks_;
    Chore erased_tasks_;

    void work_on(Chore& chore);
};

}  // namespace cellwise::app
