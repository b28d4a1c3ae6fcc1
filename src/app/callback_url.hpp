// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <string_view>

namespace cellwise::app {

/// Where pushes may go: http or https with a host, a port and a path, all written out, nothing else before the query.
/// What the host resolves to is checked when a push is sent. Error: InvalidInput "subscription.url.invalid" with the
/// field "callbackUrl".
Status check_callback_url(std::string_view url);

}  // namespace cellwise::app
