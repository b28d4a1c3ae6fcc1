// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/push.hpp"

#include <string>

namespace cellwise::webhook {

/// The body of an upgrade's push, as the vendor's receivers know it: compact, fields in the vendor's order,
/// notifyType first. What is no UTF-8 in a text becomes U+FFFD.
std::string to_json(const domain::Push& push);

}  // namespace cellwise::webhook
