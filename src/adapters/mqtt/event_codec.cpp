// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/event_codec.hpp"

#include "adapters/mqtt/scalar.hpp"
#include "json/document.hpp"
#include "json/writer.hpp"

#include <chrono>
#include <cstdio>
#include <limits>
#include <utility>

namespace cellwise::mqtt {
namespace {

namespace dm = domain::mqtt;

constexpr std::string_view kUpgrades = "$ota";
constexpr std::string_view kTime = "$time_sync";

std::optional<std::string> version_of(const nlohmann::json& paras, std::string_view name) {
    auto version = text_of(member(paras, name), kLongestVersion);
    return version && !version->empty() ? version : std::nullopt;
}

dm::VersionReport version_report(const nlohmann::json& paras) {
    return {.software = version_of(paras, "sw_version"), .firmware = version_of(paras, "fw_version")};
}

/// Nothing when it says neither how it went nor how far it is.
std::optional<dm::ProgressReport> progress_report(const nlohmann::json& paras) {
    const auto code = integer_of(member(paras, "result_code"));
    const auto progress = integer_of(member(paras, "progress"));
    if (!code && !progress) return std::nullopt;
    dm::ProgressReport report;
    // A code that no int holds is none of those that mean anything: it stands for failure all the same.
    const bool fits = !code || (*code >= 0 && *code <= std::numeric_limits<int>::max());
    report.result_code = fits ? static_cast<int>(code.value_or(0)) : std::numeric_limits<int>::max();
    if (progress && *progress >= 0 && *progress <= 100) report.progress = static_cast<int>(*progress);
    report.version = version_of(paras, "version");
    report.description = text_of(member(paras, "description"), kLongestDescription).value_or("");
    return report;
}

std::optional<UpEvent> event_of(const nlohmann::json& service) {
    const auto id = text_of(member(service, "service_id"), 64);
    const auto type = text_of(member(service, "event_type"), 64);
    if (!id || !type) return std::nullopt;
    const auto* found = member(service, "paras");
    const nlohmann::json paras = found != nullptr ? *found : nlohmann::json{};
    if (*id == kTime && *type == "time_sync_request") {
        return TimeRequest{integer_of(member(paras, "device_send_time"))};
    }
    if (*id != kUpgrades) return std::nullopt;
    if (*type == "version_report") return version_report(paras);
    if (*type != "upgrade_progress_report") return std::nullopt;
    const auto report = progress_report(paras);
    return report ? std::optional<UpEvent>(*report) : std::nullopt;
}

std::string basic_time(Timestamp at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
    char text[32];
    std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

/// The envelope around one event; `paras` writes its members.
template <class Paras>
std::string envelope(std::string_view device, std::string_view service, std::string_view type, Timestamp now,
                     const Paras& paras) {
    json::Writer out;
    out.begin_object().field("object_device_id", device).key("services").begin_array().begin_object();
    out.field("service_id", service).field("event_type", type).field("event_time", basic_time(now));
    out.key("paras").begin_object();
    paras(out);
    out.end_object().end_object().end_array().end_object();
    return out.take();
}

}  // namespace

Result<std::vector<UpEvent>> decode_events(std::string_view payload) {
    if (payload.size() > kLongestEvents) {
        return Error{.kind = ErrorKind::TooLarge,
                     .code = "mqtt.payload.too_large",
                     .message = "events must have at most 65536 bytes"};
    }
    const auto document = json::Document::parse(payload, json::Duplicates::LastWins);
    if (!document) return document.error();
    const auto* services = member(document->root(), "services");
    if (services == nullptr || !services->is_array()) {
        return invalid("mqtt.payload.shape", "services", "must be an object with a list of services");
    }
    std::vector<UpEvent> events;
    std::size_t read = 0;
    for (const auto& service : *services) {
        if (++read > kMostServices) break;
        if (auto event = event_of(service)) events.push_back(std::move(*event));
    }
    return events;
}

std::string encode_version_query(std::string_view device, Timestamp now) {
    return envelope(device, kUpgrades, "version_query", now, [](json::Writer&) {});
}

std::string encode_upgrade(std::string_view device, const dm::UpgradeNotice& notice, Timestamp now) {
    return envelope(device, kUpgrades, "software_upgrade", now, [&](json::Writer& out) {
        out.field("version", notice.version).field("url", notice.url).field("file_size", notice.file_size);
        if (notice.file_name) out.field("file_name", *notice.file_name);
        out.field("access_token", notice.access_token);
        out.field("expires", std::chrono::floor<std::chrono::seconds>(notice.expires).count());
        if (notice.sign) out.field("sign", *notice.sign);
    });
}

std::string encode_time(std::string_view device, const TimeRequest& request, Timestamp received, Timestamp now) {
    return envelope(device, kTime, "time_sync_response", now, [&](json::Writer& out) {
        if (request.sent_at_ms) out.field("device_send_time", *request.sent_at_ms);
        out.field("server_recv_time", to_unix_ms(received)).field("server_send_time", to_unix_ms(now));
    });
}

}  // namespace cellwise::mqtt
