// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/task_body.hpp"

#include "tools/ctl/calls.hpp"
#include "tools/ctl/session.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

/// The words of a file, whatever white space is between them.
std::vector<std::string> words_in(const std::string& text) {
    constexpr std::string_view kSpace = " \t\r\n";
    std::vector<std::string> words;
    for (auto at = text.find_first_not_of(kSpace); at != std::string::npos; at = text.find_first_not_of(kSpace, at)) {
        const auto end = std::min(text.find_first_of(kSpace, at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

Result<Json> devices_of(const Arguments& arguments, Session& session) {
    auto words = arguments.all("--device");
    if (const auto file = arguments.find("--devices-from")) {
        const auto text = text_of_file(*file);
        if (!text) return text.error();
        for (auto& word : words_in(*text)) words.push_back(std::move(word));
    }
    Json ids = Json::array();
    for (const auto& word : words) {
        auto id = device_id(word, session);
        if (!id) return id.error();
        ids.push_back(std::move(*id));
    }
    return as_value(std::move(ids));
}

Result<Json> targets_of(const Arguments& arguments, Session& session) {
    const bool by_device = arguments.has("--device") || arguments.has("--devices-from");
    const int ways = int{by_device} + int{arguments.has("--group")} + int{arguments.has("--product")} +
                     int{arguments.has("--all-devices")};
    if (ways != 1) {
        return invalid("usage.targets", {},
                       "say for which devices, in one way: --device (or --devices-from), --group, --product or "
                       "--all-devices");
    }
    if (arguments.has("--group")) return as_value(Json{{"groups", arguments.all("--group")}});
    if (arguments.has("--all-devices")) return as_value(Json{{"all", true}});
    if (const auto product = arguments.find("--product"))
        return as_value(Json{{"filter", {{"productId", *product}}}});
    auto devices = devices_of(arguments, session);
    if (!devices) return devices;
    return as_value(Json{{"devices", std::move(*devices)}});
}

}  // namespace

std::vector<Parameter> task_parameters() {
    using enum Takes;
    using enum Need;
    return {{"--name", "what to call it", Text, Required},
            {"--package", "the package's id", Text, Required},
            {"--device", "a device, by its id or node id; may be repeated", Text, AnyNumber},
            {"--devices-from", "a file of device ids or node ids; - is standard input", File},
            {"--group", "a group, by its name; may be repeated", Text, AnyNumber},
            {"--product", "every device of this product, by its id"},
            {"--all-devices", "every device of the package's model", Flag},
            {"--start", "not before this time (RFC 3339); with --end"},
            {"--end", "nothing begins after this time"},
            {"--retry-times", "how often a device is tried again, 0 to 5", Number},
            {"--retry-interval", "seconds until it is tried again", Number},
            {"--confirm", "each device waits until somebody confirms it (tasks confirm)", Flag}};
}

Result<Json> task_body(const Arguments& arguments, Session& session) {
    auto targets = targets_of(arguments, session);
    if (!targets) return targets;
    Json body{{"name", arguments.get("--name")}, {"fileId", arguments.get("--package")}};
    body["targets"] = std::move(*targets);
    Json policy = Json::object();
    if (arguments.has("--start") || arguments.has("--end")) policy["executeType"] = "custom";
    put_text(policy, "startTime", arguments, "--start");
    put_text(policy, "endTime", arguments, "--end");
    put_number(policy, "retryTimes", arguments, "--retry-times");
    put_number(policy, "retryInterval", arguments, "--retry-interval");
    put_flag(policy, "appConfirm", arguments, "--confirm");
    if (!policy.empty()) body["policy"] = std::move(policy);
    return as_value(std::move(body));
}

}  // namespace cellwise::ctl
