// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <string>
#include <string_view>

namespace cellwise::shell {

/// Asks at the terminal of this process, wherever standard input comes from, without showing what is typed. Errors:
/// "usage.no_terminal", which says what to do `otherwise`, and "usage.cancelled" (Ctrl-C, Ctrl-D).
Result<std::string> ask_secret(std::string_view prompt, std::string_view otherwise);

}  // namespace cellwise::shell
