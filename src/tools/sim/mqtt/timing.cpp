// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/timing.hpp"

#include "tools/sim/timing.hpp"

namespace cellwise::sim::mqtt {

Timing Timing::scaled(double factor) const {
    auto timing = *this;
    for (auto* span : {&timing.install, &timing.power_cut, &timing.hush, &timing.late_version})
        *span = scaled_once(*span, factor);
    for (auto* span : {&timing.backoff_least, &timing.backoff_most, &timing.uplink_interval, &timing.retry,
                       &timing.reconnect_to_ask})
        *span = scaled_repeat(*span, factor);
    return timing;
}

}  // namespace cellwise::sim::mqtt
