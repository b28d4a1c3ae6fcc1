// SPDX-License-Identifier: Apache-2.0
#include "app/device_status.hpp"

#include <algorithm>

namespace cellwise::app {

std::optional<Timestamp> last_heard(const domain::Device& device,
                                    const std::optional<domain::Registration>& registration) {
    if (!registration) return device.last_seen_at;
    return std::max(device.last_seen_at.value_or(registration->last_heard_at), registration->last_heard_at);
}

DeviceStatus status_of(const std::optional<Timestamp>& last_heard, Timestamp now) {
    if (!last_heard) return DeviceStatus::Inactive;
    return now - *last_heard <= kOnlineSilence ? DeviceStatus::Online : DeviceStatus::Offline;
}

}  // namespace cellwise::app
