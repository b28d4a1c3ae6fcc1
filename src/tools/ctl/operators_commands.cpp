// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/password.hpp"
#include "tools/ctl/resources.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;
using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/operators";

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = kPath,
                      .columns = {{"OPERATOR", "/operatorId", Show::Text, Never},
                                  {"NAME", "/name"},
                                  {"ROLE", "/role", Show::Text, Never},
                                  {"DISABLED", "/disabled", Show::Flag},
                                  {"CREATED", "/createdAt", Show::Time}}},
                     arguments, session);
}

Status show(const Arguments& arguments, Session& session) {
    return show_one(path_of(kPath, arguments.get("OPERATOR")), session);
}

Status create(const Arguments& arguments, Session& session) {
    auto password = new_password(arguments);
    if (!password) return password.error();
    return create_one(
        kPath,
        {{"name", arguments.get("NAME")}, {"role", arguments.get("--role")}, {"password", std::move(*password)}},
        session);
}

Status change(const Arguments& arguments, Session& session) {
    Json body = Json::object();
    put_text(body, "role", arguments, "--role");
    if (const auto disabled = arguments.find("--disabled")) body["disabled"] = *disabled == "yes";
    if (arguments.has("--password") || arguments.has("--password-file")) {
        auto password = new_password(arguments);
        if (!password) return password.error();
        body["password"] = std::move(*password);
    }
    return change_one(path_of(kPath, arguments.get("OPERATOR")), body, session);
}

Status erase(const Arguments& arguments, Session& session) {
    return erase_each(kPath, arguments.all("OPERATOR"), "operator", session);
}

}  // namespace

Resource operators_commands() {
    const Parameter who{"OPERATOR", "the operator's id", Text, Required};
    return {"operators",
            "operator",
            "people, who sign in with a password",
            {
                {"list", "all of them", list_parameters({}), list},
                {"show", "one of them", {who}, show},
                {"create",
                 "let somebody sign in; asks for the password",
                 {{"NAME", "the name to sign in with", Text, Required},
                  {"--role", "what the operator may do", Text, Required, {"viewer", "operator", "admin"}},
                  {"--password-file", "a file whose one line is the password", File}},
                 create},
                {"change",
                 "change role or password, or shut somebody out; ends the operator's sessions",
                 {who,
                  {"--role", "another role", Text, Optional, {"viewer", "operator", "admin"}},
                  {"--password", "another password, which is asked for", Flag},
                  {"--password-file", "a file whose one line is the password", File},
                  {"--disabled", "whether signing in is refused", Text, Optional, {"yes", "no"}}},
                 change},
                {"delete", "delete operators", {{"OPERATOR", "their ids", Text, AtLeastOne}}, erase},
            }};
}

}  // namespace cellwise::ctl
