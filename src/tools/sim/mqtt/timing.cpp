// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/timing.hpp"

#include <algorithm>

namespace cellwise::sim::mqtt {

Timing Timing::scaled(double factor) const {
    constexpr Duration kLeastRepeat{100};
    auto timing = *this;
    const auto divide = [factor](Duration& span, Duration least) {
        const auto divided = Duration{static_cast<Duration::rep>(static_cast<double>(span.count()) / factor)};
        span = std::max(std::min(span, least), divided);
    };
    for (auto* span : {&timing.install, &timing.power_cut, &timing.hush, &timing.late_version})
        divide(*span, Duration{0});
    for (auto* span : {&timing.backoff_least, &timing.backoff_most, &timing.uplink_interval, &timing.retry,
                       &timing.reconnect_to_ask})
        divide(*span, kLeastRepeat);
    return timing;
}

}  // namespace cellwise::sim::mqtt
