// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;
using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/applications";

Status list(const Arguments& arguments, Session& session) {
    return show_list({.path = kPath,
                      .columns = {{"APPLICATION", "/appId", Show::Text, ColumnTable::Cut::Never},
                                  {"NAME", "/name"},
                                  {"FROZEN", "/frozen"},
                                  {"CREATED", "/createdAt", Show::Time}}},
                     arguments, session);
}

Status show(const Arguments& arguments, Session& session) {
    return show_one(path_of(kPath, arguments.get("APPLICATION")), session);
}

Status create(const Arguments& arguments, Session& session) {
    return create_one(kPath, {{"name", arguments.get("NAME")}}, session);
}

Status change(const Arguments& arguments, Session& session) {
    if (arguments.has("--callback-ca") && arguments.has("--no-callback-ca")) {
        return invalid("usage.callback_ca", {}, "--callback-ca and --no-callback-ca exclude each other");
    }
    if (arguments.has("--freeze") && arguments.has("--unfreeze")) {
        return invalid("usage.frozen", {}, "--freeze and --unfreeze exclude each other");
    }
    Json body = Json::object();
    put_text(body, "name", arguments, "--name");
    if (arguments.has("--no-callback-ca")) body["callbackCa"] = nullptr;
    if (const auto file = arguments.find("--callback-ca")) {
        auto pem = text_of_file(*file);
        if (!pem) return pem.error();
        body["callbackCa"] = std::move(*pem);
    }
    if (arguments.has("--freeze") || arguments.has("--unfreeze")) body["frozen"] = arguments.has("--freeze");
    return change_one(path_of(kPath, arguments.get("APPLICATION")), body, session);
}

Status erase(const Arguments& arguments, Session& session) {
    return erase_each(kPath, arguments.all("APPLICATION"), "application", session);
}

}  // namespace

Resource applications_commands() {
    const Parameter application{"APPLICATION", "its id", Text, Required};
    return {"applications",
            "application",
            "application servers, which call the northbound API",
            {
                {"list", "all of them", list_parameters({}), list},
                {"show", "one of them", {application}, show},
                {"create",
                 "make one known; its secret is shown this once",
                 {{"NAME", "its name", Text, Required}},
                 create},
                {"change",
                 "change its name, whose certificates its receiver of pushes may have, or whether it may log in",
                 {application,
                  {"--name", "another name"},
                  {"--callback-ca", "a PEM file: an authority for pushes to this application alone", File},
                  {"--no-callback-ca", "forget that authority", Flag},
                  {"--freeze", "end its session and let it log in no more", Flag},
                  {"--unfreeze", "let it log in again", Flag}},
                 change},
                {"delete",
                 "delete applications without devices, with all that is theirs",
                 {{"APPLICATION", "their ids", Text, AtLeastOne}},
                 erase},
            }};
}

}  // namespace cellwise::ctl
