// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/traffic_text.hpp"

namespace cellwise::northbound {

/// In the vendor's form (docs/northbound.md, Pushes).
class TrafficNotices final : public ports::TrafficText {
 public:
    std::string command_changed(const domain::Command& command) const override;
    std::string data_changed(domain::NotifyType type, const ports::Uplink& uplink) const override;
};

}  // namespace cellwise::northbound
