// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/traffic_notices.hpp"

#include "adapters/northbound/basic_time.hpp"
#include "json/writer.hpp"

#include "cellwise/base/base64.hpp"

namespace cellwise::northbound {
namespace {

/// Without a codec nobody knows what the bytes mean: one service with one property, the bytes.
constexpr std::string_view kRawData = "rawData";

void write_service(json::Writer& out, const ports::Uplink& uplink) {
    out.begin_object().field("serviceId", kRawData).field("serviceType", kRawData);
    out.key("data").begin_object().field(kRawData, to_base64(uplink.payload)).end_object();
    out.field("eventTime", to_basic_time(uplink.at)).end_object();
}

}  // namespace

std::string TrafficNotices::command_changed(const domain::Command& command) const {
    json::Writer out;
    out.begin_object().field("deviceId", command.device).field("commandId", command.id);
    out.key("result").begin_object().field("resultCode", to_string(command.state)).key("resultDetail");
    if (command.result.empty()) {
        out.null();
    } else {
        out.whole(command.result);
    }
    out.end_object().end_object();
    return out.take();
}

std::string TrafficNotices::data_changed(domain::NotifyType type, const ports::Uplink& uplink) const {
    json::Writer out;
    // A device that is connected directly is its own gateway; a report is no answer to a request.
    out.begin_object().field("notifyType", to_string(type)).null_field("requestId");
    out.field("deviceId", uplink.device).field("gatewayId", uplink.device);
    if (type == domain::NotifyType::DeviceDatasChanged) {
        out.key("services").begin_array();
        write_service(out, uplink);
        out.end_array();
    } else {
        out.key("service");
        write_service(out, uplink);
    }
    out.end_object();
    return out.take();
}

}  // namespace cellwise::northbound
