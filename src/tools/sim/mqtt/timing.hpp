// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <cstdint>

namespace cellwise::sim::mqtt {

/// How long an MQTT device takes for what it does. Written as real devices are; a run divides it by its time scale,
/// but for the keepalive, which is the broker's time.
struct Timing {
    int keepalive_seconds = 60;
    Duration backoff_least{1'000};
    Duration backoff_most{60'000};
    Duration uplink_interval{60'000};
    Duration install{10'000};
    Duration power_cut{10'000};
    Duration hush{120'000};             ///< how long a device is silent at least that downloads in its callback
    Duration late_version{5'000};       ///< until the second result
    Duration retry{2'000};              ///< of a download that broke off; doubles up to backoff_most
    Duration reconnect_to_ask{30'000};  ///< how often one without a result comes back, until it is asked

    /// By scaled_once() and scaled_repeat().
    Timing scaled(double factor) const;
};

}  // namespace cellwise::sim::mqtt
