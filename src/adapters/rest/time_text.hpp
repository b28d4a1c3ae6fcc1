// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cellwise::rest {

/// RFC 3339 in UTC, to the millisecond: "2025-01-02T03:04:05.678Z".
std::string to_rfc3339(Timestamp at);
std::optional<std::string> to_rfc3339(const std::optional<Timestamp>& at);
/// Any RFC 3339 date-time of the years 1970 to 9999; what is finer than a millisecond is dropped. A leap second is
/// the second after.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace cellwise::rest
