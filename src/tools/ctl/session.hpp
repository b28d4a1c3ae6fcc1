// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/api_client.hpp"
#include "tools/ctl/output.hpp"
#include "tools/ctl/settings.hpp"

#include "cellwise/base/time.hpp"

#include <functional>

namespace cellwise::ctl {

/// What a command works with.
struct Session {
    ApiClient& api;
    Output& output;
    const Settings& settings;
    /// Sleeps; false if somebody asked to end meanwhile.
    std::function<bool(Duration)> wait;
    /// A clock that is never set back, for "how long does it take".
    std::function<Duration()> elapsed;
};

}  // namespace cellwise::ctl
