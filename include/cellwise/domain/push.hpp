// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::domain {

/// What an application can be told of, as the vendor names it ("swUpgradeResultNotify", "deviceAdded"). Stored by
/// name.
enum class NotifyType {
    SwUpgradeStateChange,
    SwUpgradeResult,
    FwUpgradeStateChange,  ///< can be subscribed to; nothing is told while there is no firmware upgrade
    FwUpgradeResult,
    DeviceAdded,
    DeviceDeleted,
    DeviceInfoChanged,
    DeviceDataChanged,
    DeviceDatasChanged,
    CommandStatus  ///< no notifyType: told to the command's own callbackUrl, and nobody subscribes to it
};
inline constexpr std::array kNotifyTypes{NotifyType::SwUpgradeStateChange, NotifyType::SwUpgradeResult,
                                         NotifyType::FwUpgradeStateChange, NotifyType::FwUpgradeResult,
                                         NotifyType::DeviceAdded,          NotifyType::DeviceDeleted,
                                         NotifyType::DeviceInfoChanged,    NotifyType::DeviceDataChanged,
                                         NotifyType::DeviceDatasChanged,   NotifyType::CommandStatus};
std::string_view to_string(NotifyType type);
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

/// One push to one application: of an upgrade as its fields, whose JSON the webhook adapter knows, of all else as the
/// text that is sent. Made in the same transaction as the change that it tells of, so none is lost; delivered at
/// least once, in order per device and `url`.
struct Push {
    std::int64_t sequence = 0;  ///< given by the store; the order of delivery
    AppId app{};
    NotifyType type = NotifyType::SwUpgradeResult;
    DeviceId device{};
    std::string url{};   ///< where to, if not where the application's subscription to `type` says
    std::string body{};  ///< the JSON, if it is not an upgrade's
    TaskId task{};       ///< of an upgrade, as are all below
    JobId job{};
    std::string phase{};           ///< state change only: swUpgradeState
    bool success = false;          ///< result only, as are all below
    std::string source_version{};  ///< printable
    std::string current_version{};
    std::string target_version{};
    std::string detail{};
    Timestamp occurred_at{};

    std::uint32_t attempts = 0;
    Timestamp due_at{};                     ///< not before
    std::optional<Timestamp> revived_at{};  ///< when it was brought back from the dead letters last
    bool dead = false;                      ///< given up after outbox.keep
    std::string last_error{};

    friend bool operator==(const Push&, const Push&) = default;
};

/// Scheme, host and port of an absolute URL, as they are written.
std::string_view origin_of(std::string_view url);
/// Who a push is for, as far as it says itself: the origin of its url, or its type, whose subscription says where.
std::string_view receiver_of(const Push& push);

}  // namespace cellwise::domain
