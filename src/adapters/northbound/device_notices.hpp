// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/notice_text.hpp"

namespace cellwise::northbound {

/// The bodies of the pushes that tell what happened to a device, as the vendor's receivers know them: compact, with
/// notifyType first.
class DeviceNotices final : public ports::NoticeText {
 public:
    std::string device_added(const ports::DeviceFacts& facts, Timestamp now) const override;
    std::string device_info_changed(const ports::DeviceFacts& facts, Timestamp now) const override;
    std::string device_deleted(const DeviceId& device) const override;
};

}  // namespace cellwise::northbound
