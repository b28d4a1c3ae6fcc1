// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/arguments.hpp"

#include "cellwise/base/result.hpp"

#include <string>

/// Passwords are never arguments, which others see in the list of processes: they come from --password-file or are
/// asked for. Errors: "usage.no_terminal", "usage.cancelled", "usage.password", "file.unreadable".
namespace cellwise::ctl {

/// Asked for twice.
Result<std::string> new_password(const Arguments& arguments);
Result<std::string> known_password(const Arguments& arguments);
/// The one line of a file that `option` names.
Result<std::string> secret_in_file(const std::string& file, const char* option);

}  // namespace cellwise::ctl
