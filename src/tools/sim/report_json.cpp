// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/report_json.hpp"

#include "tools/sim/mqtt/report_json.hpp"
#include "tools/sim/report_words.hpp"

namespace cellwise::sim {
namespace {

using Json = nlohmann::ordered_json;

Json script_json(const Script& script) {
    Json json{{"nodeId", script.node_id}, {"protocol", "lwm2m"}};
    add_script(json, script, coverage_class_of(script.radio));
    return json;
}

Json device_json(const DeviceResult& device) {
    auto json = script_json(device.script);
    const auto& record = device.record;
    add_outcome(json, device);
    json["version"] = record.version.text();
    json["targetVersion"] = record.target.text();
    json["sha256"] = record.sha256;
    json["installs"] = record.most_installs();
    json["chunks"] = record.chunks;
    json["staleChunks"] = record.stale_chunks;
    json["badChunks"] = record.bad_chunks;
    json["repeats"] = record.repeats;
    json["queries"] = record.queries;
    json["notices"] = record.notices;
    json["executes"] = record.executes;
    json["strays"] = record.strays;
    json["commands"] = device.commands.commands;
    json["commandsWhileUpgrading"] = device.commands.while_upgrading;
    json["registrations"] = device.registrations;
    json["reboots"] = device.reboots;
    return json;
}

Json class_json(const ClassResult& row) {
    return {{"cell", row.key.coverage == CoverageClass::NoCell ? Json(nullptr) : Json(row.key.cell)},
            {"coverage", to_string(row.key.coverage)},
            {"devices", row.count.devices},
            {"maxAtOnce", row.count.most},
            {"maxUnanswered", row.count.most_unanswered},
            {"limit", row.limit},
            {"exceeded", row.is_exceeded()}};
}

Json traffic_json(const TrafficTotals& traffic) {
    return {{"sent", traffic.sent},
            {"received", traffic.received},
            {"lost", traffic.lost},
            {"duplicated", traffic.duplicated},
            {"heldBack", traffic.held_back},
            {"unsendable", traffic.unsendable},
            {"retransmissions", traffic.retransmissions},
            {"repeats", traffic.repeats},
            {"toDeafDevices", traffic.while_deaf},
            {"chunks", traffic.chunks},
            {"chunksPerSecond", traffic.chunks_per_second()}};
}

}  // namespace

std::string report_as_json(const FleetReport& report) {
    Json json{{"format", 1},
              {"exitCode", report.exit_code()},
              {"stop", to_string(report.stop)},
              {"seed", report.seed},
              {"durationMs", report.duration.count()}};
    Json ends = Json::object();
    for (const auto& device : report.summaries()) {
        auto& count = ends[std::string(to_string(device.end))];
        count = count.is_null() ? 1 : count.get<int>() + 1;
    }
    json["totals"] = {{"devices", report.device_count()},
                      {"asScripted", report.device_count() - report.deviating()},
                      {"deviating", report.deviating()},
                      {"limitsExceeded", report.exceeded()},
                      {"ends", std::move(ends)}};
    json["traffic"] = traffic_json(report.traffic);
    if (!report.mqtt_devices.empty()) json["mqttTraffic"] = mqtt::traffic_json(report.mqtt_traffic);
    json["sha256"] = report.digests;
    json["classes"] = Json::array();
    for (const auto& row : report.classes) json["classes"].push_back(class_json(row));
    json["devices"] = Json::array();
    for (const auto& device : report.devices) json["devices"].push_back(device_json(device));
    for (const auto& device : report.mqtt_devices) json["devices"].push_back(mqtt::device_json(device));
    return dump(json, 1) + '\n';
}

std::string scripts_as_csv(std::span<const Script> scripts) {
    auto text = std::string("nodeId,").append(kScriptColumns);
    for (const auto& script : scripts)
        text += csv_field(script.node_id) + ',' + csv_of_script(script, coverage_class_of(script.radio));
    return text;
}

std::string scripts_as_ndjson(std::span<const Script> scripts) {
    std::string text;
    for (const auto& script : scripts) text += dump(script_json(script)) + '\n';
    return text;
}

}  // namespace cellwise::sim
