// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/coverage.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// How the report and the list of a fleet write values, whatever the devices speak.
namespace cellwise::sim {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

inline std::string dump(const Json& json, int indent = -1) {
    // What a device said is never UTF-8 for sure; a report with a replacement character beats no report.
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

inline std::string csv_field(const std::string& text) {
    if (text.find_first_of("\",\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

inline std::string csv_number(const std::optional<std::int64_t>& number) {
    return number ? std::to_string(*number) : "";
}

/// What a script of either protocol says, after who the device is; `coverage` is what the platform can know.
template <class Script>
void add_script(Json& json, const Script& script, domain::CoverageClass coverage) {
    json["cell"] = or_null(script.radio.cell);
    json["rsrp"] = or_null(script.radio.rsrp_dbm);
    json["sinr"] = or_null(script.radio.sinr_db);
    json["coverage"] = to_string(coverage);
    json["dialect"] = script.dialect.name();
    json["fault"] = script.fault.name();
    json["expectedEnd"] = to_string(script.expected_end);
}

inline constexpr std::string_view kScriptColumns = "cell,rsrp,sinr,coverage,dialect,fault,expectedEnd\n";

/// The same as the rest of a CSV line.
template <class Script>
std::string csv_of_script(const Script& script, domain::CoverageClass coverage) {
    std::string text = csv_number(script.radio.cell) + ',' + csv_number(script.radio.rsrp_dbm) + ',' +
                       csv_number(script.radio.sinr_db) + ',';
    text.append(to_string(coverage)).append(",");
    text += csv_field(script.dialect.name()) + ',' + csv_field(script.fault.name()) + ',';
    return text.append(to_string(script.expected_end)).append("\n");
}

/// How a device ended.
template <class DeviceResult>
void add_outcome(Json& json, const DeviceResult& device) {
    json["end"] = to_string(device.end);
    json["asScripted"] = device.deviations.empty();
    json["deviations"] = device.deviations;
    json["endedAfterMs"] = device.ended_after.count();
}

}  // namespace cellwise::sim
