// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"

namespace cellwise::ctl {

/// `tasks watch`: asks once a second until the task is over. In place on a terminal, else a line when something
/// changed; as JSON each changed task in a line. An API that is away for a while is waited for. Errors:
/// "watch.failed" when it was no success, "watch.interrupted", and those of the first call.
Status watch_task(const Arguments& arguments, Session& session);

}  // namespace cellwise::ctl
