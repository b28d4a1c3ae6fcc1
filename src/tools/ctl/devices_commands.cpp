// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/device_import.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/password.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;
using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/devices";

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = kPath,
                      .columns = {{"DEVICE", "/deviceId", Show::Text, Never},
                                  {"NODE", "/nodeId", Show::Text, Never},
                                  {"STATUS", "/status", Show::State},
                                  {"VERSION", "/softwareVersion"},
                                  {"NAME", "/name"},
                                  {"MODEL", "/deviceInfo/model"},
                                  {"LAST SEEN", "/lastSeenAt", Show::Time}},
                      .filters = {{"--app", "appId"},
                                  {"--product", "productId"},
                                  {"--group", "groupId"},
                                  {"--node", "nodeId"},
                                  {"--status", "status"},
                                  {"--name", "name"},
                                  {"--version-name", "softwareVersion"}}},
                     arguments, session);
}

/// Calls `what` with the path of the device that the word names.
template <class What>
Status with_device(const Arguments& arguments, Session& session, std::string_view rest, const What& what) {
    const auto id = device_id(arguments.get("DEVICE"), session);
    if (!id) return id.error();
    return what(path_of(kPath, *id, rest));
}

Status show(const Arguments& arguments, Session& session) {
    return with_device(arguments, session, "", [&](const std::string& path) { return show_one(path, session); });
}

/// What a MQTT device logs in with, and where it is if it does not say so itself.
Status put_mqtt(Json& body, const Arguments& arguments) {
    put_text(body, "cellId", arguments, "--cell-id");
    const auto file = arguments.find("--secret-file");
    if (!file) return {};
    auto secret = secret_in_file(*file, "--secret-file");
    if (!secret) return secret.error();
    body["secret"] = std::move(*secret);
    return {};
}

Status create(const Arguments& arguments, Session& session) {
    Json body{{"nodeId", arguments.get("NODE")}};
    put_text(body, "productId", arguments, "--product");
    put_text(body, "appId", arguments, "--app");
    put_text(body, "name", arguments, "--name");
    if (const auto ok = put_mqtt(body, arguments); !ok) return ok;
    Json info = Json::object();
    put_text(info, "manufacturerName", arguments, "--manufacturer");
    put_text(info, "deviceType", arguments, "--type");
    put_text(info, "model", arguments, "--model");
    if (!info.empty()) body["deviceInfo"] = std::move(info);
    return create_one(kPath, body, session);
}

Status change(const Arguments& arguments, Session& session) {
    Json body = Json::object();
    put_text(body, "name", arguments, "--name");
    if (const auto ok = put_mqtt(body, arguments); !ok) return ok;
    return with_device(arguments, session, "",
                       [&](const std::string& path) { return change_one(path, body, session); });
}

Status erase(const Arguments& arguments, Session& session) {
    for (const auto& word : arguments.all("DEVICE")) {
        const auto id = device_id(word, session);
        if (!id) return id.error();
        if (const auto done = erase_each(kPath, {*id}, "device", session); !done) return done;
    }
    return {};
}

Status events(const Arguments& arguments, Session& session) {
    return with_device(arguments, session, "/events", [&](const std::string& path) {
        return show_list({.path = path,
                          .columns = {{"TIME", "/at", Show::Time},
                                      {"EVENT", "/kind", Show::Text, ColumnTable::Cut::Never},
                                      {"STATE", "/state", Show::Text, ColumnTable::Cut::Never},
                                      {"TASK", "/taskId", Show::Text, ColumnTable::Cut::Never},
                                      {"DETAIL", "/detail"}}},
                         arguments, session);
    });
}

Status uplinks(const Arguments& arguments, Session& session) {
    return with_device(arguments, session, "/uplinks", [&](const std::string& path) {
        return show_list(
            {.path = path,
             .columns = {{"RECEIVED", "/at", Show::Time}, {"SIZE", "/size", Show::Bytes}, {"PAYLOAD", "/payload"}},
             .filters = {{"--encoding", "encoding"}}},
            arguments, session);
    });
}

}  // namespace

Resource devices_commands() {
    const Parameter device{"DEVICE", "its id or node id", Text, Required};
    const Parameter secret{"--secret-file", "a file with what a MQTT device logs in with, in one line", File};
    const Parameter cell{"--cell-id", "the cell of a MQTT device that does not report it; empty: not known"};
    return {
        "devices",
        "device",
        "the devices",
        {
            {"list", "all of them, or those that the filters let pass",
             list_parameters({{"--app", "of this application"},
                              {"--product", "of this product"},
                              {"--group", "in this group"},
                              {"--node", "whose node id begins so"},
                              {"--status", "of this status", Text, Optional, {"inactive", "online", "offline"}},
                              {"--name", "with this in their names"},
                              {"--version-name", "that run this version"}}),
             list},
            {"show", "one of them, with its registration and running job", {device}, show},
            {"create",
             "make a device known",
             {{"NODE", "the name by which it registers, such as urn:imei:860000000000001", Text, Required},
              {"--product", "its product's id; or --manufacturer, --type and --model"},
              {"--manufacturer", "its product's manufacturer"},
              {"--type", "its product's device type"},
              {"--model", "its product's model"},
              {"--app", "the application that owns it; else it is the operators'"},
              {"--name", "what to call it"},
              secret,
              cell},
             create},
            {"import", "make many devices known, and say which could not be", import_parameters(), import_devices},
            {"change",
             "give it another name, secret or cell",
             {device, {"--name", "the name"}, secret, cell},
             change},
            {"delete",
             "delete devices that are not being upgraded",
             {{"DEVICE", "their ids or node ids", Text, AtLeastOne}},
             erase},
            {"events", "what happened to it, the newest first", list_parameters({device}), events},
            {"uplinks", "what it sent that is no upgrade, the newest first",
             list_parameters({device,
                              {"--encoding",
                               "how payloads are written; hex if it is not given",
                               Text,
                               Optional,
                               {"hex", "base64"}}}),
             uplinks},
        }};
}

}  // namespace cellwise::ctl
