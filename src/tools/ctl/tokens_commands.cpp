// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/tokens";

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = kPath,
                      .columns = {{"TOKEN", "/tokenId", Show::Text, Never},
                                  {"NAME", "/name"},
                                  {"ROLE", "/role", Show::Text, Never},
                                  {"CREATED", "/createdAt", Show::Time},
                                  {"EXPIRES", "/expiresAt", Show::Time}}},
                     arguments, session);
}

Status create(const Arguments& arguments, Session& session) {
    nlohmann::ordered_json body{{"name", arguments.get("NAME")}, {"role", arguments.get("--role")}};
    put_text(body, "expiresAt", arguments, "--expires");
    return create_one(kPath, body, session);
}

Status current(const Arguments&, Session& session) { return show_one(std::string(kPath) + "/current", session); }

Status erase(const Arguments& arguments, Session& session) {
    return erase_each(kPath, arguments.all("TOKEN"), "token", session);
}

}  // namespace

Resource tokens_commands() {
    return {"tokens",
            "token",
            "tokens of scripts and people, by which they are let in",
            {
                {"list", "all of them, without the tokens themselves", list_parameters({}), list},
                {"create",
                 "make a token; it is shown this once",
                 {{"NAME", "its name", Text, Required},
                  {"--role", "what it may do", Text, Required, {"viewer", "operator", "admin"}},
                  {"--expires", "until when (RFC 3339); for ever if it is not given"}},
                 create},
                {"current", "who I am, by the token in use", {}, current},
                {"delete", "refuse tokens from now on", {{"TOKEN", "their ids", Text, AtLeastOne}}, erase},
            }};
}

}  // namespace cellwise::ctl
