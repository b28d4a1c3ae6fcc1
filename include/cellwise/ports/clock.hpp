// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

namespace cellwise::ports {

/// The time of day. Tests turn it by hand.
class Clock {
 public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
};

}  // namespace cellwise::ports
