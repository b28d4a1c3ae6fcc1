// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_service.hpp"
#include "json/document.hpp"

namespace cellwise::rest {

/// {nodeId, name?, appId?, productId | deviceInfo{manufacturerName, deviceType, model}}: the body of POST /devices,
/// and a line of an import.
Result<app::NewDevice> read_new_device(const json::Document& body);

}  // namespace cellwise::rest
