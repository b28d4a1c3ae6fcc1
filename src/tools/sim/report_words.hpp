// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

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

}  // namespace cellwise::sim
