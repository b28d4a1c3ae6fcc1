// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/domain/coverage.hpp"

#include <optional>

namespace cellwise::ports {

/// What MQTT devices said last of their radio: soft state, saved behind, one row a device. (A LwM2M device's is part
/// of its registration.)
class RadioReportStore {
 public:
    virtual ~RadioReportStore() = default;
    /// Nothing to a device that is gone.
    virtual Status save(const DeviceId& device, const domain::RadioReport& report) = 0;
    virtual Result<std::optional<domain::RadioReport>> find(const DeviceId& device) = 0;
};

}  // namespace cellwise::ports
