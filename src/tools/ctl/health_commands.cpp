// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/column_table.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

/// Not ready is an answer of its own form, with status 503.
Status health(const Arguments&, Session& session) {
    const auto answer = session.api.call("GET", "/readyz");
    if (!answer) return answer.error();
    const auto report = object_in(answer->body);
    if (!report) return report.error();
    auto& output = session.output;
    if (output.as_json()) {
        output.json(answer->body);
    } else {
        std::vector<Json> rows;
        const auto checks = report->value("checks", Json::array());
        for (auto row : checks) {
            row["state"] = row.value("ok", false) ? "ok" : "failed";
            rows.push_back(std::move(row));
        }
        const auto table =
            table_of({{"CHECK", "/name"}, {"STATE", "/state", Show::State}, {"DETAIL", "/detail"}}, rows);
        show_table(table, output);
    }
    if (answer->status == 200) return {};
    return Error{ErrorKind::Internal, "health.not_ready", "the daemon answers, but is not ready", {}, {}};
}

}  // namespace

Resource health_commands() {
    return {"health", "", "whether the daemon is ready; needs no token", {{"", "", {}, health}}};
}

}  // namespace cellwise::ctl
