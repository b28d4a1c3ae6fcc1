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

std::string_view origin_of(std::string_view url) {
    constexpr std::string_view kSlashes = "://";
    const auto scheme = url.find(kSlashes);
    if (scheme == std::string_view::npos) return url;
    return url.substr(0, url.find_first_of("/?#", scheme + kSlashes.size()));
}

std::string_view receiver_of(const Push& push) {
    return push.url.empty() ? to_string(push.type) : origin_of(push.url);
}

}  // namespace cellwise::domain
