// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"

namespace cellwise::ctl {
namespace {

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = "/api/v1/audit",
                      .columns = {{"TIME", "/at", Show::Time},
                                  {"WHO", "/actor/name"},
                                  {"FROM", "/address", Show::Text, Never},
                                  {"ACTION", "/action", Show::Text, Never},
                                  {"TARGET", "/target"},
                                  {"OUTCOME", "/outcome", Show::State},
                                  {"STATUS", "/status", Show::Count},
                                  {"SUMMARY", "/summary"}},
                      .filters = {{"--actor", "actor"},
                                  {"--target", "target"},
                                  {"--action", "action"},
                                  {"--from", "from"},
                                  {"--to", "to"}}},
                     arguments, session);
}

}  // namespace

Resource audit_commands() {
    return {"audit",
            "",
            "who changed what, when and from where",
            {{"list", "the newest first",
              list_parameters({{"--actor", "by this token, operator or application, by its id"},
                               {"--target", "of this id"},
                               {"--action", "such as 'POST /api/v1/tasks/{id}:stop'"},
                               {"--from", "not before this time (RFC 3339)"},
                               {"--to", "before this time"}}),
              list}}};
}

}  // namespace cellwise::ctl
