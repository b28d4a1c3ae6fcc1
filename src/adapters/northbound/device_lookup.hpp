// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/database.hpp"

#include <string_view>

namespace cellwise::northbound {

/// The device, if it is that application's. NotFound "device.not_found".
Result<domain::Device> find_device(ports::Transaction& tx, const AppId& app, std::string_view device_id);

}  // namespace cellwise::northbound
