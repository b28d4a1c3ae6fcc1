// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_notices.hpp"

#include "adapters/northbound/device_json.hpp"

#include "cellwise/domain/push.hpp"

namespace cellwise::northbound {
namespace {

using domain::NotifyType;

json::Writer begin(NotifyType type, const DeviceId& device) {
    json::Writer out;
    out.begin_object().field("notifyType", to_string(type));
    out.field("deviceId", device).field("gatewayId", device);
    return out;
}

}  // namespace

std::string DeviceNotices::device_added(const ports::DeviceFacts& facts, Timestamp now) const {
    auto out = begin(NotifyType::DeviceAdded, facts.device.id);
    out.field("nodeType", "ENDPOINT").key("deviceInfo");
    write_device_info(out, facts, {now, mqtt_});
    out.end_object();
    return out.take();
}

std::string DeviceNotices::device_info_changed(const ports::DeviceFacts& facts, Timestamp now) const {
    auto out = begin(NotifyType::DeviceInfoChanged, facts.device.id);
    out.key("deviceInfo");
    write_device_info(out, facts, {now, mqtt_});
    out.end_object();
    return out.take();
}

std::string DeviceNotices::device_deleted(const DeviceId& device) const {
    auto out = begin(NotifyType::DeviceDeleted, device);
    out.end_object();
    return out.take();
}

}  // namespace cellwise::northbound
