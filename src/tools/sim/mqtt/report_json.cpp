// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/report_json.hpp"

#include "tools/sim/report_words.hpp"

namespace cellwise::sim::mqtt {
namespace {

/// Without its secret: a report is passed around.
Json public_script_json(const Script& script) {
    Json json{{"nodeId", script.node_id}, {"protocol", "mqtt"}, {"device", script.device}};
    add_script(json, script, coverage_class_of(script));
    return json;
}

}  // namespace

nlohmann::ordered_json device_json(const DeviceResult& device) {
    auto json = public_script_json(device.script);
    const auto& record = device.record;
    add_outcome(json, device);
    json["version"] = record.version;
    json["targetVersion"] = record.target;
    json["sha256"] = record.sha256;
    json["installs"] = record.most_installs();
    json["queries"] = record.queries;
    json["notices"] = record.notices;
    json["repeatedNotices"] = record.repeated_notices;
    json["downloads"] = record.downloads;
    json["brokenDownloads"] = record.broken_downloads;
    json["downloadError"] = record.download_error;
    json["requests"] = record.requests;
    json["bytes"] = record.bytes;
    json["strays"] = record.strays;
    json["connections"] = device.link.connections;
    json["refusals"] = device.link.refusals;
    json["losses"] = device.link.losses;
    json["reboots"] = device.link.reboots;
    return json;
}

nlohmann::ordered_json traffic_json(const TrafficTotals& traffic) {
    return {{"published", traffic.published},
            {"arrived", traffic.arrived},
            {"connections", traffic.connections},
            {"refusals", traffic.refusals},
            {"losses", traffic.losses},
            {"downloads", traffic.downloads},
            {"brokenDownloads", traffic.broken_downloads},
            {"requests", traffic.requests},
            {"bytes", traffic.bytes}};
}

std::string scripts_as_csv(std::span<const Script> scripts) {
    auto text = std::string("nodeId,protocol,device,secret,").append(kScriptColumns);
    for (const auto& script : scripts) {
        text += csv_field(script.node_id) + ",mqtt," + script.device + ',' + script.secret + ',' +
                csv_of_script(script, coverage_class_of(script));
    }
    return text;
}

std::string scripts_as_ndjson(std::span<const Script> scripts) {
    std::string text;
    for (const auto& script : scripts) {
        auto json = public_script_json(script);
        json["secret"] = script.secret;
        text += dump(json) + '\n';
    }
    return text;
}

}  // namespace cellwise::sim::mqtt
