// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/metrics.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace cellwise::app {

/// Business data of devices on its way to the database: written behind, bounded, what does not fit is counted.
class UplinkBuffer {
 public:
    /// Tells of them what is to be told, in the transaction that stores them; how many pushes that makes.
    using Publish = std::function<Result<std::size_t>(ports::Transaction&, const std::vector<ports::Uplink>&)>;

    UplinkBuffer(
        ports::Database& database, ports::Metrics& metrics,
        Publish publish = [](ports::Transaction&, const std::vector<ports::Uplink>&) { return std::size_t{0}; },
        std::function<void()> pushes_committed = [] {});

    void keep(const DeviceId& device, ByteView payload, Timestamp now);
    void flush();

 private:
    ports::Database& database_;
    ports::Counter& kept_;
    ports::Counter& dropped_;
    Publish publish_;
    std::function<void()> pushes_committed_;
    std::vector<ports::Uplink> uplinks_;
};

}  // namespace cellwise::app
