// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"

namespace cellwise::app {

/// Erases what has been kept long enough, a bounded amount at a time. Loop thread only.
class Retention {
 public:
    Retention(ports::Database& database, ports::Clock& clock, Duration uplinks);

    /// Call about once a minute; goes on by itself while there is more.
    void tick();

 private:
    ports::Database& database_;
    ports::Clock& clock_;
    Duration uplinks_;
    bool busy_ = false;
};

}  // namespace cellwise::app
