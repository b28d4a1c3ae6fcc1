// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/settings.hpp"

#include "cellwise/base/result.hpp"

#include <string>

namespace cellwise::ctl {

/// What somebody may do now who met this error; empty where the error says it itself.
std::string advice_for(const Error& error, const Settings& settings);

}  // namespace cellwise::ctl
