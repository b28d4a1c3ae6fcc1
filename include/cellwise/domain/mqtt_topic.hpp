// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The topics of devices, and who may do what with them. docs/mqtt.md has the list.
namespace cellwise::domain::mqtt {

/// What stands behind `$oc/devices/{device}/`.
inline constexpr std::string_view kEventsDown = "sys/events/down";
inline constexpr std::string_view kEventsUp = "sys/events/up";
inline constexpr std::string_view kPropertiesReport = "sys/properties/report";
inline constexpr std::string_view kMessagesUp = "sys/messages/up";

/// Between the daemon and the broker's plugin: who is there. A payload is names, one a line.
inline constexpr std::string_view kPresenceAsk = "$cellwise/presence/ask";          ///< to the plugin, empty
inline constexpr std::string_view kPresenceListed = "$cellwise/presence/listed";    ///< its answer, in pieces
inline constexpr std::string_view kPresenceOnline = "$cellwise/presence/online";    ///< a session began
inline constexpr std::string_view kPresenceOffline = "$cellwise/presence/offline";  ///< and ended
/// To the plugin, names again: whoever is there by one of them is put out, and is asked about when it comes back.
inline constexpr std::string_view kSessionsEnd = "$cellwise/sessions/end";

struct DeviceTopic {
    std::string_view device{};
    std::string_view rest{};  ///< "sys/events/up"
    friend bool operator==(const DeviceTopic&, const DeviceTopic&) = default;
};
/// Nothing for other topics, and for those whose device's name is none.
std::optional<DeviceTopic> parse_device_topic(std::string_view topic);
/// `$oc/devices/{device}/{rest}`; nothing for what is no device's name.
std::optional<std::string> device_topic(std::string_view device, std::string_view rest);

/// A device publishes under its own `$oc/devices/{device}/` and nowhere else.
bool may_publish(std::string_view device, std::string_view topic);
/// And receives, or subscribes to, nothing but what is there. Wildcards may stand behind its own name only.
bool may_receive(std::string_view device, std::string_view filter);

}  // namespace cellwise::domain::mqtt
