// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/device.hpp"

#include <optional>

namespace cellwise::app {

using domain::DeviceStatus;

inline constexpr Duration kOnlineSilence = std::chrono::hours(25);

std::optional<Timestamp> last_heard(const domain::Device& device,
                                    const std::optional<domain::Registration>& registration);
DeviceStatus status_of(const std::optional<Timestamp>& last_heard, Timestamp now);

}  // namespace cellwise::app
