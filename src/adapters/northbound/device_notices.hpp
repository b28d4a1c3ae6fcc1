// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/mqtt_presence.hpp"

#include "cellwise/ports/notice_text.hpp"

namespace cellwise::northbound {

/// The bodies of the pushes that tell what happened to a device, as the vendor's receivers know them: compact, with
/// notifyType first.
class DeviceNotices final : public ports::NoticeText {
 public:
    /// `mqtt`: who is at the broker.
    explicit DeviceNotices(const app::MqttPresence* mqtt = nullptr) : mqtt_(mqtt) {}

    std::string device_added(const ports::DeviceFacts& facts, Timestamp now) const override;
    std::string device_info_changed(const ports::DeviceFacts& facts, Timestamp now) const override;
    std::string device_deleted(const DeviceId& device) const override;

 private:
    const app::MqttPresence* mqtt_;
};

}  // namespace cellwise::northbound
