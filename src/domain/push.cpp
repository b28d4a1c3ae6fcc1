// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/push.hpp"

namespace cellwise::domain {

std::string_view to_string(NotifyType type) {
    switch (type) {
        case NotifyType::SwUpgradeStateChange:
            return "swUpgradeStateChangeNotify";
        case NotifyType::SwUpgradeResult:
            return "swUpgradeResultNotify";
    }
    return "?";
}

std::optional<NotifyType> parse_notify_type(std::string_view name) {
    for (const auto type : {NotifyType::SwUpgradeStateChange, NotifyType::SwUpgradeResult}) {
        if (name == to_string(type)) return type;
    }
    return std::nullopt;
}

}  // namespace cellwise::domain
