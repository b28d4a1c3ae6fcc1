// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/report_json.hpp"

#include "tools/sim/report_words.hpp"

namespace cellwise::sim::mqtt {
namespace {

/// Without its secret: a report is passed around.
Json public_script_json(const Script& script) {
    return {{"nodeId", script.node_id},
            {"protocol", "mqtt"},
            {"device", script.device},
            {"cell", or_null(script.radio.cell)},
            {"rsrp", or_null(script.radio.rsrp_dbm)},
            {"sinr", or_null(script.radio.sinr_db)},
            {"coverage", to_string(coverage_class_of(script))},
            {"dialect", script.dialect.name()},
            {"fault", script.fault.name()},
            {"expectedEnd", to_string(script.expected_end)}};
}

}  // namespace

nlohmann::ordered_json device_json(const DeviceResult& device) {
    auto json = public_script_json(device.script);
    const auto& record = device.record;
    json["end"] = to_string(device.end);
    json["asScripted"] = device.deviations.empty();
    json["deviations"] = device.deviations;
    json["endedAfterMs"] = device.ended_after.count();
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
    std::string text = "nodeId,protocol,device,secret,cell,rsrp,sinr,coverage,dialect,fault,expectedEnd\n";
    for (const auto& script : scripts) {
        const auto& radio = script.radio;
        text += csv_field(script.node_id) + ",mqtt," + script.device + ',' + script.secret + ',' +
                csv_number(radio.cell) + ',' + csv_number(radio.rsrp_dbm) + ',' + csv_number(radio.sinr_db) + ',';
        text.append(to_string(coverage_class_of(script))).append(",");
        text += script.dialect.name() + ',' + script.fault.name() + ',';
        text.append(to_string(script.expected_end)).append("\n");
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
