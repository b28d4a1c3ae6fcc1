// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/timing.hpp"

#include <algorithm>
#include <array>

namespace cellwise::sim {

std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
    if (!a) return b;
    return b ? std::min(*a, *b) : a;
}

Timing Timing::scaled(double factor) const {
    constexpr Duration kLeastRepeat{100};
    auto timing = *this;
    const auto divide = [factor](Duration& span, Duration least) {
        const auto divided = Duration{static_cast<Duration::rep>(static_cast<double>(span.count()) / factor)};
        span = std::max(std::min(span, least), divided);
    };
    for (auto* span :
         {&timing.digest, &timing.slow_digest, &timing.reboot_delay, &timing.install, &timing.power_cut}) {
        divide(*span, Duration{0});
    }
    for (auto* span : {&timing.coap.ack_timeout, &timing.coap.response_timeout, &timing.coap.dedupe_lifetime,
                       &timing.backoff_least, &timing.backoff_most, &timing.uplink_interval, &timing.repeat,
                       &timing.hasty_repeat, &timing.burst_pause, &timing.reboot_patience, &timing.idle_limit}) {
        divide(*span, kLeastRepeat);
    }
    if (timing.listens_after_uplink) divide(*timing.listens_after_uplink, kLeastRepeat);
    return timing;
}

}  // namespace cellwise::sim
