// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/device.hpp"

namespace cellwise::domain {

std::string_view to_string(DeviceStatus status) {
    switch (status) {
        case DeviceStatus::Inactive:
            return "inactive";
        case DeviceStatus::Online:
            return "online";
        case DeviceStatus::Offline:
            return "offline";
    }
    return "?";
}

std::optional<DeviceStatus> parse_device_status(std::string_view name) {
    for (const auto status : {DeviceStatus::Inactive, DeviceStatus::Online, DeviceStatus::Offline}) {
        if (name == to_string(status)) return status;
    }
    return std::nullopt;
}

}  // namespace cellwise::domain
