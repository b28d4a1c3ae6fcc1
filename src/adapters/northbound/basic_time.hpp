// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cellwise::northbound {

/// yyyyMMdd'T'HHmmss'Z', UTC: "20250102T030405Z".
std::string to_basic_time(Timestamp at);
std::optional<std::string> to_basic_time(const std::optional<Timestamp>& at);
/// Exactly that form, of the years 1970 to 9999.
std::optional<Timestamp> parse_basic_time(std::string_view text);

}  // namespace cellwise::northbound
