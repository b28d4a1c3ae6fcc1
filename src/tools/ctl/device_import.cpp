// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/device_import.hpp"

#include "tools/ctl/listing.hpp"
#include "tools/ctl/send_file.hpp"
#include "tools/ctl/session.hpp"
#include "tools/shell/display_text.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

Result<std::string> content_type_of(const Arguments& arguments) {
    const auto& file = arguments.get("FILE");
    const auto format = arguments.find("--format").value_or("");
    if (format == "csv" || (format.empty() && file.ends_with(".csv"))) return std::string("text/csv");
    const bool ndjson = file.ends_with(".ndjson") || file.ends_with(".jsonl");
    if (format == "ndjson" || (format.empty() && ndjson)) return std::string("application/x-ndjson");
    return invalid("usage.format", "--format", "say --format csv or --format ndjson: the name does not tell", file);
}

void tell(const Json& report, Output& output) {
    if (const auto errors = report.value("errors", Json::array()); !errors.empty()) {
        const std::vector<Json> rows(errors.begin(), errors.end());
        const auto table = table_of({{"LINE", "/line", Show::Count},
                                     {"NODE", "/nodeId"},
                                     {"CODE", "/code", Show::Text, ColumnTable::Cut::Never},
                                     {"FIELD", "/field"},
                                     {"WHY", "/detail"},
                                     {"VALUE", "/value"}},
                                    rows);
        show_table(table, output);
        if (report.value("errorsTruncated", false)) {
            output.words() << "… only the first " << rows.size() << " are told\n";
        }
        output.words() << '\n';
    }
    output.words() << report.value("total", 0) << " lines: " << report.value("created", 0) << " devices created, "
                   << report.value("failed", 0) << " refused\n";
}

}  // namespace

std::vector<Parameter> import_parameters() {
    using enum Takes;
    using enum Need;
    return {{"FILE", "CSV whose first line names the columns, or a JSON object a line", File, Required},
            {"--format",
             "what it is, if its name does not end in .csv, .ndjson or .jsonl",
             Text,
             Optional,
             {"csv", "ndjson"}}};
}

Status import_devices(const Arguments& arguments, Session& session) {
    const auto type = content_type_of(arguments);
    if (!type) return type.error();
    const auto answer = send_file({.path = "/api/v1/devices:import",
                                   .content_type = *type,
                                   .file = arguments.get("FILE"),
                                   .label = "importing"},
                                  session);
    if (!answer) return answer.error();
    const auto report = object_in(*answer);
    if (!report) return report.error();
    if (session.output.as_json()) {
        session.output.json(*answer);
    } else {
        tell(*report, session.output);
    }
    const auto failed = report->value("failed", std::int64_t{0});
    if (failed == 0) return {};
    return invalid("import.lines", {}, "some lines were not taken", std::to_string(failed));
}

}  // namespace cellwise::ctl
