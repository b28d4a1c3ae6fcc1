// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/device.hpp"

#include <optional>
#include <string_view>

namespace cellwise::app {

/// What the world is told of a device's presence.
enum class DeviceStatus {
    Inactive,  ///< never heard
    Online,    ///< heard within the last 25 hours: a sleeping NB-IoT device speaks once a day
    Offline    ///< silent for longer
};
std::string_view to_string(DeviceStatus status);  ///< "inactive", "online", "offline"

inline constexpr Duration kOnlineSilence = std::chrono::hours(25);

std::optional<Timestamp> last_heard(const domain::Device& device,
                                    const std::optional<domain::Registration>& registration);
DeviceStatus status_of(const std::optional<Timestamp>& last_heard, Timestamp now);

}  // namespace cellwise::app
