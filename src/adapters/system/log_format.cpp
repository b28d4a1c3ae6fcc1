// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/log_format.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace cellwise::system {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

std::string_view name_of(log::Level level) {
    switch (level) {
        case log::Level::Debug:
            return "debug";
        case log::Level::Info:
            return "info";
        case log::Level::Warning:
            return "warning";
        case log::Level::Error:
            break;
    }
    return "error";
}

std::string rfc3339(Timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    std::array<char, 48> text{};
    const int length =
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                      static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

bool is_plain(char c) { return c > ' ' && c < 0x7F && c != '"' && c != '='; }

void append_value(std::string& line, std::string_view value) {
    if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) {
        line.append(value);
        return;
    }
    line += '"';
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"') {
            line += "\\\"";
        } else if (byte >= 0x20 && byte < 0x7F) {
            line += c;
        } else {
            // Escape sequences steer terminals, and the bytes 0x80 to 0x9F can begin one.
            line.append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 0x0F]);
        }
    }
    line += '"';
}

}  // namespace

std::string format_text(Timestamp at, log::Level level, std::string_view message, log::Fields fields) {
    std::string line = rfc3339(at);
    line.append(" ").append(name_of(level)).append(" ").append(message);
    for (const auto& field : fields) {
        line.append(" ").append(field.key).append("=");
        append_value(line, field.value);
    }
    return line;
}

std::string format_json(Timestamp at, log::Level level, std::string_view message, log::Fields fields) {
    nlohmann::ordered_json object;
    object["time"] = rfc3339(at);
    object["level"] = name_of(level);
    object["message"] = message;
    for (const auto& field : fields) object[std::string(field.key)] = field.value;
    return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace cellwise::system
