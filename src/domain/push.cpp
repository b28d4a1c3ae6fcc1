// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/push.hpp"

namespace cellwise::domain {

std::string_view to_string(NotifyType type) {
    switch (type) {
        case NotifyType::SwUpgradeStateChange:
            return "swUpgradeStateChangeNotify";
        case NotifyType::SwUpgradeResult:
            return "swUpgradeResultNotify";
        case NotifyType::FwUpgradeStateChange:
            return "fwUpgradeStateChangeNotify";
        case NotifyType::FwUpgradeResult:
            return "fwUpgradeResultNotify";
        case NotifyType::DeviceAdded:
            return "deviceAdded";
        case NotifyType::DeviceDeleted:
            return "deviceDeleted";
        case NotifyType::DeviceInfoChanged:
            return "deviceInfoChanged";
        case NotifyType::DeviceDataChanged:
            return "deviceDataChanged";
        case NotifyType::DeviceDatasChanged:
            return "deviceDatasChanged";
        case NotifyType::CommandStatus:
            return "commandStatus";
    }
    return "?";
}

std::optional<NotifyType> parse_notify_type(std::string_view name) {
    for (const auto type : kNotifyTypes) {
        if (name == to_string(type)) return type;
    }
    return std::nullopt;
}

}  // namespace cellwise::domain
