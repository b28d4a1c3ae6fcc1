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

constexpr const char* kPath = "/api/v1/products";

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = kPath,
                      .columns = {{"PRODUCT", "/productId", Show::Text, Never},
                                  {"MANUFACTURER", "/manufacturerName"},
                                  {"TYPE", "/deviceType"},
                                  {"MODEL", "/model"},
                                  {"PROTOCOL", "/protocolType", Show::Text, Never},
                                  {"UPGRADES", "/softwareUpgrade/supported", Show::Flag},
                                  {"CREATED", "/createdAt", Show::Time}}},
                     arguments, session);
}

Status show(const Arguments& arguments, Session& session) {
    return show_one(path_of(kPath, arguments.get("PRODUCT")), session);
}

/// What differs between the makes of MQTT devices, as far as it was said.
Json mqtt_profile(const Arguments& arguments) {
    Json profile = Json::object();
    put_text(profile, "radioService", arguments, "--mqtt-radio-service");
    put_text(profile, "rsrp", arguments, "--mqtt-rsrp");
    put_text(profile, "sinr", arguments, "--mqtt-sinr");
    put_text(profile, "cellId", arguments, "--mqtt-cell-id");
    const std::pair<const char*, const char*> switches[] = {{"sendsSign", "--mqtt-sends-sign"},
                                                            {"sendsFileName", "--mqtt-sends-file-name"},
                                                            {"rangesFromOne", "--mqtt-ranges-from-one"}};
    for (const auto& [member, option] : switches) {
        if (const auto on = arguments.find(option)) profile[member] = *on == "on";
    }
    return profile;
}

std::vector<Parameter> with_mqtt_profile(std::vector<Parameter> own) {
    const std::vector<std::string_view> either{"on", "off"};
    own.insert(own.end(),
               {{"--mqtt-radio-service", "MQTT: the service of property reports that tell of the radio"},
                {"--mqtt-rsrp", "MQTT: the property with the RSRP"},
                {"--mqtt-sinr", "MQTT: the property with the SINR"},
                {"--mqtt-cell-id", "MQTT: the property with the cell"},
                {"--mqtt-sends-sign", "MQTT: whether notices bear the file's hash", Text, Optional, either},
                {"--mqtt-sends-file-name", "MQTT: whether downloads bear the file's name", Text, Optional, either},
                {"--mqtt-ranges-from-one", "MQTT: whether its devices count bytes from 1", Text, Optional, either}});
    return own;
}

Status create(const Arguments& arguments, Session& session) {
    Json body;
    body["manufacturerId"] = arguments.find("--manufacturer-id").value_or(arguments.get("--manufacturer"));
    put_text(body, "manufacturerName", arguments, "--manufacturer");
    put_text(body, "deviceType", arguments, "--type");
    put_text(body, "model", arguments, "--model");
    const auto protocol = arguments.find("--protocol").value_or("LWM2M");
    body["protocolType"] = protocol;
    Json upgrade{{"supported", !arguments.has("--no-upgrades")}};
    if (protocol != "MQTT") upgrade["protocol"] = "PCP";
    put_flag(upgrade, "checkCodeAlwaysZero", arguments, "--check-code-zero");
    body["softwareUpgrade"] = std::move(upgrade);
    if (auto profile = mqtt_profile(arguments); !profile.empty()) body["mqtt"] = std::move(profile);
    return create_one(kPath, body, session);
}

Status change(const Arguments& arguments, Session& session) {
    Json body = Json::object();
    put_text(body, "manufacturerId", arguments, "--manufacturer-id");
    Json upgrade = Json::object();
    if (const auto on = arguments.find("--upgrades")) upgrade["supported"] = *on == "on";
    if (const auto on = arguments.find("--check-code-zero")) upgrade["checkCodeAlwaysZero"] = *on == "on";
    if (!upgrade.empty()) body["softwareUpgrade"] = std::move(upgrade);
    if (auto profile = mqtt_profile(arguments); !profile.empty()) body["mqtt"] = std::move(profile);
    return change_one(path_of(kPath, arguments.get("PRODUCT")), body, session);
}

Status erase(const Arguments& arguments, Session& session) {
    return erase_each(kPath, arguments.all("PRODUCT"), "product", session);
}

}  // namespace

Resource products_commands() {
    return {
        "products",
        "product",
        "product models: what devices are",
        {
            {"list", "all of them", list_parameters({}), list},
            {"show", "one of them", {{"PRODUCT", "its id", Text, Required}}, show},
            {"create", "make a model known",
             with_mqtt_profile(
                 {{"--manufacturer", "the manufacturer's name, as devices and packages say it", Text, Required},
                  {"--type", "the device type, such as WaterMeter", Text, Required},
                  {"--model", "the model", Text, Required},
                  {"--manufacturer-id", "the manufacturer's id; the name if it is not given"},
                  {"--protocol",
                   "what its devices speak; LWM2M if it is not given",
                   Text,
                   Optional,
                   {"LWM2M", "CoAP", "MQTT"}},
                  {"--no-upgrades", "its devices cannot be upgraded", Flag},
                  {"--check-code-zero", "its devices want the check code 0 always", Flag}}),
             create},
            {"change", "change what can be changed",
             with_mqtt_profile(
                 {{"PRODUCT", "its id", Text, Required},
                  {"--manufacturer-id", "another manufacturer's id"},
                  {"--upgrades", "whether its devices can be upgraded", Text, Optional, {"on", "off"}},
                  {"--check-code-zero", "whether they want the check code 0 always", Text, Optional, {"on", "off"}}}),
             change},
            {"delete", "delete models without devices", {{"PRODUCT", "their ids", Text, AtLeastOne}}, erase},
        }};
}

}  // namespace cellwise::ctl
