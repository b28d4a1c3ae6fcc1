// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"

namespace cellwise::ctl {

/// `devices import`: sends a file of any length and shows the report. Errors of its own: "import.lines" when some
/// lines were not taken, "usage.format" when nobody can tell CSV from NDJSON.
Status import_devices(const Arguments& arguments, Session& session);
std::vector<Parameter> import_parameters();

}  // namespace cellwise::ctl
