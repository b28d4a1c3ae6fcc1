// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/notice_text.hpp"

namespace cellwise::fakes {

/// Says in a word what happened to which device.
class PlainNotices final : public ports::NoticeText {
 public:
    std::string device_added(const ports::DeviceFacts& facts, Timestamp) const override {
        return "added " + facts.device.node_id;
    }
    std::string device_info_changed(const ports::DeviceFacts& facts, Timestamp) const override {
        return "changed " + facts.device.node_id + ' ' + facts.device.name;
    }
    std::string device_deleted(const DeviceId& device) const override { return "deleted " + device.str(); }
};

}  // namespace cellwise::fakes
