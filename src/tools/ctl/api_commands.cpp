// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"

namespace cellwise::ctl {
namespace {

using enum Takes;
using enum Need;

/// What was written may be a path of the API or a whole one.
std::string whole_path(const std::string& path) {
    const std::string under = path.starts_with('/') ? path : '/' + path;
    const bool at_root =
        under.starts_with("/api/") || under == "/healthz" || under == "/readyz" || under == "/metrics";
    return at_root ? under : "/api/v1" + under;
}

Status show(Result<std::string> answer, Session& session) {
    if (!answer) return answer.error();
    session.output.json(*answer);
    return {};
}

Status get(const Arguments& arguments, Session& session) {
    return show(session.api.get(whole_path(arguments.get("PATH"))), session);
}

Status with_body(const Arguments& arguments, Session& session,
                 Result<std::string> (ApiClient::*call)(const std::string&, const std::string&)) {
    std::string body;
    if (const auto file = arguments.find("--body")) {
        auto text = text_of_file(*file);
        if (!text) return text.error();
        body = std::move(*text);
    }
    return show((session.api.*call)(whole_path(arguments.get("PATH")), body), session);
}

Status post(const Arguments& arguments, Session& session) { return with_body(arguments, session, &ApiClient::post); }
Status patch(const Arguments& arguments, Session& session) {
    return with_body(arguments, session, &ApiClient::patch);
}

Status erase(const Arguments& arguments, Session& session) {
    return show(session.api.erase(whole_path(arguments.get("PATH"))), session);
}

}  // namespace

Resource api_commands() {
    const Parameter path{"PATH", "such as tasks or /api/v1/tasks?state=wait", Text, Required};
    const Parameter body{"--body", "a file of JSON; - is standard input", File};
    return {"api",
            "",
            "any call of the API, its answer as it comes",
            {{"get", "read", {path}, get},
             {"post", "create or act", {path, body}, post},
             {"patch", "change", {path, {"--body", "a file of JSON; - is standard input", File, Required}}, patch},
             {"delete", "delete", {path}, erase}}};
}

}  // namespace cellwise::ctl
