// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::domain {

/// The notifyTypes that a task's progress is told by. Stored by name.
enum class NotifyType { SwUpgradeStateChange, SwUpgradeResult };
std::string_view to_string(NotifyType type);  ///< "swUpgradeStateChangeNotify", "swUpgradeResultNotify"
std::optional<NotifyType> parse_notify_type(std::string_view name);

/// Where an application wants one notifyType pushed. One per application and type: a repeat replaces the URL.
struct Subscription {
    SubscriptionId id{};
    AppId app{};
    NotifyType type = NotifyType::SwUpgradeResult;
    std::string callback_url{};
    Timestamp created_at{};

    friend bool operator==(const Subscription&, const Subscription&) = default;
};

/// One push to one application, as its fields; the webhook adapter knows their JSON. Made in the same transaction as
/// the job's change, so none is lost; delivered at least once, in order per device.
struct Push {
    std::int64_t sequence = 0;  ///< given by the store; the order of delivery
    AppId app{};
    NotifyType type = NotifyType::SwUpgradeResult;
    DeviceId device{};
    TaskId task{};
    JobId job{};
    std::string phase{};           ///< state change only: swUpgradeState
    bool success = false;          ///< result only, as are all below
    std::string source_version{};  ///< printable
    std::string current_version{};
    std::string target_version{};
    std::string detail{};
    Timestamp occurred_at{};

    std::uint32_t attempts = 0;
    Timestamp due_at{};  ///< not before
    bool dead = false;   ///< given up after outbox.keep
    std::string last_error{};

    friend bool operator==(const Push&, const Push&) = default;
};

}  // namespace cellwise::domain
