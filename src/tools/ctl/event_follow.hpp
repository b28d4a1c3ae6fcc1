// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"

namespace cellwise::ctl {

/// `events`: tells what changes while it changes, until it is interrupted or --for is over. A line an event, or an
/// object a line for programs. A stream that breaks off is opened again where it was, for two minutes. Errors:
/// "watch.interrupted", those of the first call, and those for which it is no use to come back.
Status follow_events(const Arguments& arguments, Session& session);

}  // namespace cellwise::ctl
