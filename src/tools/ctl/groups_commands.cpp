// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"
#include "tools/shell/display_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;
using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/groups";
constexpr std::size_t kMostMembers = 1000;  // of one call

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = kPath,
                      .columns = {{"GROUP", "/groupId", Show::Text, Never},
                                  {"NAME", "/name"},
                                  {"APPLICATION", "/appId", Show::Text, Never},
                                  {"DESCRIPTION", "/description"},
                                  {"CREATED", "/createdAt", Show::Time}},
                      .filters = {{"--app", "appId"}}},
                     arguments, session);
}

Status show(const Arguments& arguments, Session& session) {
    return show_one(path_of(kPath, arguments.get("GROUP")), session);
}

/// Of a group that has no list: whatever fits is in it.
Json filter_of(const Arguments& arguments) {
    Json filter = Json::object();
    put_text(filter, "productId", arguments, "--filter-product");
    put_text(filter, "nodeId", arguments, "--filter-node");
    put_text(filter, "softwareVersion", arguments, "--filter-version");
    put_text(filter, "status", arguments, "--filter-status");
    return filter;
}

Status create(const Arguments& arguments, Session& session) {
    Json body{{"name", arguments.get("NAME")}};
    put_text(body, "description", arguments, "--description");
    put_text(body, "appId", arguments, "--app");
    put_number(body, "maxDevices", arguments, "--max-devices");
    if (auto filter = filter_of(arguments); !filter.empty()) body["filter"] = std::move(filter);
    for (const auto& word : arguments.all("--device")) {
        auto id = device_id(word, session);
        if (!id) return id.error();
        body["deviceIds"].push_back(std::move(*id));
    }
    return create_one(kPath, body, session);
}

Status change(const Arguments& arguments, Session& session) {
    Json body = Json::object();
    put_text(body, "name", arguments, "--name");
    put_text(body, "description", arguments, "--description");
    put_number(body, "maxDevices", arguments, "--max-devices");
    return change_one(path_of(kPath, arguments.get("GROUP")), body, session);
}

Status erase(const Arguments& arguments, Session& session) {
    return erase_each(kPath, arguments.all("GROUP"), "group", session);
}

Status members(const Arguments& arguments, Session& session) {
    Arguments as_filter = arguments;
    as_filter.add("--group", arguments.get("GROUP"));
    return find_verb(*find_resource("devices"), "list")->run(as_filter, session);
}

Status add(const Arguments& arguments, Session& session) {
    const auto path = path_of(kPath, arguments.get("GROUP"), "/members");
    const auto& words = arguments.all("DEVICE");
    for (std::size_t begin = 0; begin < words.size(); begin += kMostMembers) {
        Json ids = Json::array();
        for (std::size_t i = begin; i < std::min(words.size(), begin + kMostMembers); ++i) {
            auto id = device_id(words[i], session);
            if (!id) return id.error();
            ids.push_back(std::move(*id));
        }
        const auto done =
            std::to_string(ids.size()) + (ids.size() == 1 ? " device is" : " devices are") + " in the group";
        if (const auto added = act(path, {{"deviceIds", std::move(ids)}}, done, session); !added) return added;
    }
    return {};
}

Status remove(const Arguments& arguments, Session& session) {
    const auto path = path_of(kPath, arguments.get("GROUP"), "/members");
    for (const auto& word : arguments.all("DEVICE")) {
        const auto id = device_id(word, session);
        if (!id) return id.error();
        const auto answer = session.api.erase(path_of(path, *id));
        if (!answer) return answer.error();
        session.output.done("device " + shell::escaped(word) + " is not in the group");
    }
    return {};
}

}  // namespace

Resource groups_commands() {
    const Parameter group{"GROUP", "its id", Text, Required};
    const Parameter devices{"DEVICE", "their ids or node ids", Text, AtLeastOne};
    return {
        "groups",
        "group",
        "lists of devices, for tasks",
        {
            {"list", "all of them", list_parameters({{"--app", "of this application"}}), list},
            {"show", "one of them", {group}, show},
            {"create",
             "make a group",
             {{"NAME", "its name", Text, Required},
              {"--description", "what it is for"},
              {"--app", "the application that owns it; else it is the operators'"},
              {"--max-devices", "how many may be in it; 0, and absent, is no limit", Number},
              {"--device", "a device that is in it; may be repeated", Text, AnyNumber},
              {"--filter-product", "no list: whatever is of this product is in it"},
              {"--filter-node", "whatever has a node id that begins so"},
              {"--filter-version", "whatever runs this version"},
              {"--filter-status", "whatever is of this status", Text, Optional, {"inactive", "online", "offline"}}},
             create},
            {"change",
             "change a group",
             {group,
              {"--name", "another name"},
              {"--description", "another description"},
              {"--max-devices", "how many devices may be in it", Number}},
             change},
            {"delete", "delete groups; their devices stay", {{"GROUP", "their ids", Text, AtLeastOne}}, erase},
            {"members", "the devices in it", list_parameters({group}), members},
            {"add", "put devices into it", {group, devices}, add},
            {"remove", "take devices out of it", {group, devices}, remove},
        }};
}

}  // namespace cellwise::ctl
