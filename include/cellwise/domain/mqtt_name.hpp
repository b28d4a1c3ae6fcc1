// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cellwise::domain::mqtt {

/// A device's name at the broker, which enters topics: 1..128 letters, digits, '_' and '-'.
bool is_device_name(std::string_view name);

}  // namespace cellwise::domain::mqtt
