// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cellwise::rest {

/// docs/openapi.json, as it was when this was built.
std::string_view openapi_document();

}  // namespace cellwise::rest
