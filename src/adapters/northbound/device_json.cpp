// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_json.hpp"

#include "adapters/northbound/basic_time.hpp"
#include "app/device_status.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::northbound {
namespace {

/// How long a device that spoke may take to confirm its observation.
constexpr Duration kObservationTime = std::chrono::minutes(5);

struct Presence {
    std::string_view status;
    std::string_view detail;
};

Presence presence_of(const ports::DeviceFacts& facts, const app::Moment& moment) {
    const auto heard = app::last_heard(facts.device, facts.registration);
    switch (app::status_of(facts.device, facts.product, facts.registration, moment)) {
        case app::DeviceStatus::Inactive:
            return {"INACTIVE", "NOT_ACTIVE"};
        case app::DeviceStatus::Offline:
            return {"OFFLINE", "NONE"};
        case app::DeviceStatus::Online:
            break;
    }
    // It registers, but nothing that it reports can come: it has not confirmed that it is observed.
    const bool deaf =
        facts.registration && !facts.registration->observation && moment.now - *heard > kObservationTime;
    return deaf ? Presence{"ABNORMAL", "COMMUNICATION_ERROR"} : Presence{"ONLINE", "NONE"};
}

std::optional<std::string> signal_strength(const std::optional<domain::Registration>& registration) {
    if (!registration || !registration->radio.rsrp_dbm) return std::nullopt;
    return std::to_string(std::lround(*registration->radio.rsrp_dbm));
}

std::optional<std::string_view> or_null(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

void write_device_info(json::Writer& out, const ports::DeviceFacts& facts, const app::Moment& moment) {
    const auto& device = facts.device;
    const auto product = facts.product.value_or(domain::Product{});
    const auto details = facts.details.value_or(domain::DeviceDetails{});
    const auto protocol = facts.product ? to_string(product.protocol) : std::string_view{};
    const auto presence = presence_of(facts, moment);
    out.begin_object().field("nodeId", device.node_id).field("name", device.name);
    out.field("manufacturerId",
              or_null(details.manufacturer_id.empty() ? product.manufacturer_id : details.manufacturer_id));
    out.field("manufacturerName", or_null(product.manufacturer_name));
    out.field("deviceType", or_null(product.device_type)).field("model", or_null(product.model));
    out.field("protocolType", or_null(details.protocol.empty() ? protocol : details.protocol));
    out.field("swVersion",
              device.software_version.empty() ? std::nullopt : std::optional(device.software_version.text()));
    out.null_field("fwVersion").field("status", presence.status).field("statusDetail", presence.detail);
    out.field("signalStrength", signal_strength(facts.registration)).field("mute", or_null(details.mute));
    out.field("location", or_null(details.location)).field("region", or_null(details.region));
    out.field("timezone", or_null(details.timezone)).field("organization", or_null(details.organization));
    out.field("imsi", or_null(details.imsi)).field("endUserId", or_null(details.end_user_id));
    out.field("isSecurity", details.secure ? "TRUE" : "FALSE").key("tags");
    if (details.tags.empty()) {
        out.null();
    } else {
        out.whole(details.tags);
    }
    out.end_object();
}

void write_device(json::Writer& out, const ports::DeviceFacts& facts, const app::Moment& moment) {
    const auto& device = facts.device;
    // A device that is connected directly is its own gateway.
    out.begin_object().field("deviceId", device.id).field("gatewayId", device.id).field("nodeType", "ENDPOINT");
    out.field("createTime", to_basic_time(device.created_at));
    out.field("lastModifiedTime", to_basic_time(app::last_heard(device, facts.registration))).key("deviceInfo");
    write_device_info(out, facts, moment);
    out.key("services").begin_array().end_array().end_object();
}

}  // namespace cellwise::northbound
