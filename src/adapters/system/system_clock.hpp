// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/clock.hpp"

#include <chrono>

namespace cellwise::system {

/// The machine's time of day, to within some milliseconds.
class SystemClock final : public ports::Clock {
 public:
    Timestamp now() const override;
};

/// Time since this object was made, as if that had been 1970: for spans that must not jump when somebody sets the
/// time of day (timers of the CoAP message layer). Never stored.
class MonotonicClock final : public ports::Clock {
 public:
    MonotonicClock();
    Timestamp now() const override;

 private:
    std::chrono::steady_clock::time_point start_;
};

}  // namespace cellwise::system
