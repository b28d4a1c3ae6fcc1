// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/metrics.hpp"

#include <vector>

namespace cellwise::app {

/// Business data of devices on its way to the database: written behind, bounded, what does not fit is counted.
class UplinkBuffer {
 public:
    UplinkBuffer(ports::Database& database, ports::Metrics& metrics);

    void keep(const DeviceId& device, ByteView payload, Timestamp now);
    void flush();

 private:
    ports::Database& database_;
    ports::Counter& kept_;
    ports::Counter& dropped_;
    std::vector<ports::Uplink> uplinks_;
};

}  // namespace cellwise::app
