// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/clock.hpp"

namespace cellwise::fakes {

/// Turned by hand.
class ManualClock final : public ports::Clock {
 public:
    Timestamp now() const override { return now_; }
    void advance(Duration by) { now_ += by; }
    void set(Timestamp to) { now_ = to; }

 private:
    Timestamp now_ = from_unix_ms(1'700'000'000'000);
};

}  // namespace cellwise::fakes
