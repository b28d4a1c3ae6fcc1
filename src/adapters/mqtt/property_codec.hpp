// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/mqtt.hpp"

#include <string_view>
#include <vector>

namespace cellwise::mqtt {

inline constexpr std::size_t kLongestProperties = 256 * 1024;
inline constexpr std::size_t kMostProperties = 200;  ///< of one service
inline constexpr std::size_t kLongestValue = 256;

/// What `…/sys/properties/report` tells: of each service its properties that are scalars, as text, in the order of
/// their names. Errors as decode_events.
Result<std::vector<domain::mqtt::ServiceProperties>> decode_properties(std::string_view payload);

}  // namespace cellwise::mqtt
