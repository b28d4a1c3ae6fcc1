// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/mqtt.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cellwise::mqtt {

/// A device asks what time it is (`$time_sync`).
struct TimeRequest {
    std::optional<std::int64_t> sent_at_ms{};  ///< by the device's clock
    friend bool operator==(const TimeRequest&, const TimeRequest&) = default;
};
using UpEvent = std::variant<domain::mqtt::VersionReport, domain::mqtt::ProgressReport, TimeRequest>;

/// More than any device sends of itself: what is longer is not read.
inline constexpr std::size_t kLongestEvents = 64 * 1024;
inline constexpr std::size_t kMostServices = 100;
inline constexpr std::size_t kLongestVersion = 256;
inline constexpr std::size_t kLongestDescription = 1024;

/// What `…/sys/events/up` tells, in its order; elements of services and types that are none of ours are passed over,
/// as are members of the wrong type. Errors: TooLarge "mqtt.payload.too_large"; InvalidInput "request.json.*",
/// "mqtt.payload.shape" when it is no object with a list of services.
Result<std::vector<UpEvent>> decode_events(std::string_view payload);

/// For `…/sys/events/down`. `device` goes in as object_device_id.
std::string encode_version_query(std::string_view device, Timestamp now);
std::string encode_upgrade(std::string_view device, const domain::mqtt::UpgradeNotice& notice, Timestamp now);
std::string encode_time(std::string_view device, const TimeRequest& request, Timestamp received, Timestamp now);

}  // namespace cellwise::mqtt
