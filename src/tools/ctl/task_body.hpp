// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"

#include <nlohmann/json_fwd.hpp>

namespace cellwise::ctl {

/// What `tasks create` and `tasks preview` take, and the body that they send. Errors: "usage.targets" unless the
/// devices are named in exactly one way; those of looking node ids up; "file.unreadable".
std::vector<Parameter> task_parameters();
Result<nlohmann::ordered_json> task_body(const Arguments& arguments, Session& session);

}  // namespace cellwise::ctl
