// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/message_layer.hpp"

#include "cellwise/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace cellwise::sim {

/// Of two deadlines of which there may be none.
std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b);

/// `span` by a run's time scale. What repeats itself never does so more often than every 100 ms, lest full speed
/// become a flood, or as seldom as it did.
Duration scaled_once(Duration span, double factor);
Duration scaled_repeat(Duration span, double factor);

/// When device `index` of `count` is switched on, of a span over which all are.
Duration switched_on_after(Duration ramp_up, std::size_t index, std::size_t count);

/// How long a device takes for what it does. Written as real devices are; a run divides all of it by its time scale.
struct Timing {
    CoapTiming coap{};
    /// Chip sets give up a registration after about 4 s; then they wait and begin again.
    std::uint32_t register_retransmit = 1;
    Duration backoff_least{2'000};
    Duration backoff_most{60'000};
    /// Requests that reach a client before it has digested the 2.01 are ignored.
    Duration digest{50};
    Duration slow_digest{1'000};
    Duration uplink_interval{60'000};
    std::optional<Duration> listens_after_uplink{};  ///< PSM; nothing: never sleeps
    Duration repeat{5'000};
    Duration hasty_repeat{2'000};
    std::uint32_t repeats_in_burst = 5;
    Duration burst_pause{30'000};
    Duration reboot_delay{500};
    Duration reboot_patience{10'000};  ///< how long it waits at most until its answer to 23 is confirmed
    Duration install{10'000};
    Duration power_cut{10'000};
    /// No more than the daemon's `limits.download_idle`: a device that is silent longer may have lost its slot.
    Duration idle_limit{300'000};

    /// By scaled_once() and scaled_repeat().
    Timing scaled(double factor) const;
};

}  // namespace cellwise::sim
