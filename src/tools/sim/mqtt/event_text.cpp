// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/event_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace cellwise::sim::mqtt {
namespace {

using Json = nlohmann::ordered_json;

std::string topic(std::string_view device, std::string_view rest) {
    std::string text = "$oc/devices/";
    return text.append(device).append(rest);
}

/// 20151212T121212Z, or with dashes and colons.
std::string time_text(Timestamp at, bool extended) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(),
                  extended ? "%04d-%02u-%02uT%02d:%02d:%02d.000Z" : "%04d%02u%02uT%02d%02d%02dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return text.data();
}

std::string event_text(const Script& script, std::string_view type, Json paras, Timestamp time_of_day) {
    const bool pretty = script.dialect.has(Trait::Pretty);
    Json event{{"service_id", "$ota"}, {"event_type", type}, {"event_time", time_text(time_of_day, pretty)}};
    if (pretty) {
        event["event_id"] = nullptr;
        paras["vendor_extra"] = {{"boot", 7}};
    }
    event["paras"] = std::move(paras);
    Json services = Json::array();
    if (script.dialect.has(Trait::Chatty)) {
        services.push_back({{"service_id", "$time_sync"},
                            {"event_type", "time_sync_request"},
                            {"paras", {{"device_send_time", to_unix_ms(time_of_day)}}}});
        services.push_back({{"service_id", "$log"}, {"event_type", "log_report"}, {"paras", nullptr}});
    }
    services.push_back(std::move(event));
    Json envelope;
    if (pretty) envelope["object_device_id"] = script.device;
    envelope["services"] = std::move(services);
    return envelope.dump(pretty ? 4 : -1);
}

std::string text_in(const nlohmann::json& paras, const char* name, bool required, std::vector<std::string>& faults) {
    const auto found = paras.find(name);
    if (found != paras.end() && found->is_string()) return found->get<std::string>();
    if (required || found != paras.end()) faults.push_back(std::string("its notice has no text \"") + name + '"');
    return {};
}

bool is_lower_hex_64(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(),
                                            [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Notice read_notice(const nlohmann::json& paras) {
    Notice notice;
    auto& faults = notice.faults;
    notice.version = text_in(paras, "version", true, faults);
    notice.url = text_in(paras, "url", true, faults);
    notice.token = text_in(paras, "access_token", true, faults);
    notice.sign = text_in(paras, "sign", false, faults);
    notice.file_name = text_in(paras, "file_name", false, faults);
    const auto size = paras.find("file_size");
    if (size != paras.end() && size->is_number_unsigned()) notice.file_size = size->get<std::uint64_t>();
    if (notice.file_size == 0) faults.emplace_back("its notice has no file_size");
    const auto expires = paras.find("expires");
    if (expires == paras.end() || !expires->is_number_unsigned() || expires->get<std::uint64_t>() == 0)
        faults.emplace_back("its notice has no expires");
    if (!is_lower_hex_64(notice.token)) faults.emplace_back("its access_token is not 64 hex digits");
    if (!notice.sign.empty() && !is_lower_hex_64(notice.sign))
        faults.emplace_back("its sign is not a lower-case SHA-256");
    return notice;
}

Json radio_value(std::int64_t value, bool as_text) { return as_text ? Json(std::to_string(value)) : Json(value); }

}  // namespace

std::string events_up_topic(std::string_view device) { return topic(device, "/sys/events/up"); }
std::string events_down_topic(std::string_view device) { return topic(device, "/sys/events/down"); }
std::string properties_topic(std::string_view device) { return topic(device, "/sys/properties/report"); }

std::optional<std::vector<DownEvent>> read_down(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("services") || !json.at("services").is_array()) return std::nullopt;
    std::vector<DownEvent> events;
    for (const auto& service : json.at("services")) {
        if (!service.is_object() || service.value("service_id", nlohmann::json()) != "$ota") continue;
        const auto type = service.value("event_type", nlohmann::json());
        if (type == "version_query") {
            events.emplace_back(VersionQuery{});
        } else if (type == "software_upgrade") {
            const auto paras = service.value("paras", nlohmann::json());
            if (!paras.is_object()) return std::nullopt;
            events.emplace_back(read_notice(paras));
        }
    }
    return events;
}

std::string version_report(const Script& script, std::string_view version, Timestamp time_of_day) {
    Json paras{{"sw_version", version}};
    if (script.index % 2 == 0) paras["fw_version"] = "FW1.0";
    return event_text(script, "version_report", std::move(paras), time_of_day);
}

std::string progress_report(const Script& script, const Progress& progress, Timestamp time_of_day) {
    Json paras{{"result_code", progress.result_code}};
    if (progress.progress) paras["progress"] = *progress.progress;
    if (progress.version) paras["version"] = *progress.version;
    if (progress.description) paras["description"] = *progress.description;
    return event_text(script, "upgrade_progress_report", std::move(paras), time_of_day);
}

std::string property_report(const Script& script, const RadioNames& names, std::int64_t reading) {
    Json services = Json::array();
    services.push_back({{"service_id", "Meter"}, {"properties", {{"reading", reading}}}});
    if (!script.dialect.has(Trait::NoRadio)) {
        const auto& radio = script.radio;
        const bool as_text = script.dialect.has(Trait::RadioText);
        Json properties = Json::object();
        if (radio.rsrp_dbm) properties[names.rsrp] = radio_value(*radio.rsrp_dbm, as_text);
        if (radio.sinr_db) properties[names.sinr] = radio_value(*radio.sinr_db, as_text);
        // Text in half of all devices: both are met.
        if (radio.cell) properties[names.cell] = radio_value(*radio.cell, as_text || script.index % 2 == 0);
        services.push_back({{"service_id", names.service}, {"properties", std::move(properties)}});
    }
    return Json{{"services", std::move(services)}}.dump(script.dialect.has(Trait::Pretty) ? 4 : -1);
}

}  // namespace cellwise::sim::mqtt
