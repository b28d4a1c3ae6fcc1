// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/metrics.hpp"
#include "cellwise/ports/traffic_text.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cellwise::app {

/// Tells the application servers what their devices reported. What a device has reported lately is worth more than
/// what it reported long ago: of a device only so many wait, the oldest are dropped and counted, and so a device that
/// talks too much fills nothing. Callable from any thread.
class DataNotices {
 public:
    static constexpr std::int64_t kMostOfADevice = 50;  ///< that wait for the application server, per notifyType

    DataNotices(const ports::TrafficText& texts, ports::Metrics& metrics);

    /// Puts pushes into the outbox, in the transaction that stores the uplinks; how many.
    Result<std::size_t> append(ports::Transaction& tx, const std::vector<ports::Uplink>& uplinks) const;

 private:
    const ports::TrafficText& texts_;
    ports::Counter& dropped_;
};

}  // namespace cellwise::app
