// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"

namespace cellwise::ctl {
namespace {

Status list(const Arguments& arguments, Session& session) {
    return show_list({.path = "/api/v1/cells",
                      .columns = {{"CELL", "/cell", Show::Text, ColumnTable::Cut::Never},
                                  {"COVERAGE", "/coverageClass"},
                                  {"IN USE", "/inUse", Show::Count},
                                  {"LIMIT", "/limit", Show::Count},
                                  {"WAITING", "/waiting", Show::Count}}},
                     arguments, session);
}

}  // namespace

Resource cells_commands() {
    return {"cells",
            "cell",
            "radio cells in which devices upgrade or wait just now",
            {{"list", "how many of each cell and class upgrade, may, and wait", list_parameters({}), list}}};
}

}  // namespace cellwise::ctl
