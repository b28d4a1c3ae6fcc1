// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/traffic_text.hpp"

#include <string>

namespace cellwise::fakes {

/// What happened, in as few words as a test needs to tell it: "SENT", "deviceDataChanged 23.5 m3".
class PlainTexts final : public ports::TrafficText {
 public:
    std::string command_changed(const domain::Command& command) const override {
        return std::string(to_string(command.state)) + command.result;
    }
    std::string data_changed(domain::NotifyType type, const ports::Uplink& uplink) const override {
        return std::string(to_string(type)) + ' ' + std::string(as_text(uplink.payload));
    }
};

}  // namespace cellwise::fakes
