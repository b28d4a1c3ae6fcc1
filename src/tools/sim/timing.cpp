// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/timing.hpp"

#include <algorithm>

namespace cellwise::sim {

std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
    if (!a) return b;
    return b ? std::min(*a, *b) : a;
}

Duration scaled_once(Duration span, double factor) {
    return Duration{static_cast<Duration::rep>(static_cast<double>(span.count()) / factor)};
}

Duration scaled_repeat(Duration span, double factor) {
    constexpr Duration kLeast{100};
    return std::max(std::min(span, kLeast), scaled_once(span, factor));
}

Duration switched_on_after(Duration ramp_up, std::size_t index, std::size_t count) {
    const auto share = static_cast<double>(index) / static_cast<double>(count);
    return Duration{static_cast<Duration::rep>(static_cast<double>(ramp_up.count()) * share)};
}

Timing Timing::scaled(double factor) const {
    auto timing = *this;
    for (auto* span :
         {&timing.digest, &timing.slow_digest, &timing.reboot_delay, &timing.install, &timing.power_cut}) {
        *span = scaled_once(*span, factor);
    }
    for (auto* span : {&timing.coap.ack_timeout, &timing.coap.response_timeout, &timing.coap.dedupe_lifetime,
                       &timing.backoff_least, &timing.backoff_most, &timing.uplink_interval, &timing.repeat,
                       &timing.hasty_repeat, &timing.burst_pause, &timing.reboot_patience, &timing.idle_limit}) {
        *span = scaled_repeat(*span, factor);
    }
    if (timing.listens_after_uplink)
        timing.listens_after_uplink = scaled_repeat(*timing.listens_after_uplink, factor);
    return timing;
}

}  // namespace cellwise::sim
