// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/command.hpp"
#include "cellwise/domain/push.hpp"
#include "cellwise/ports/stores.hpp"

#include <string>

namespace cellwise::ports {

/// Puts into the text of a push what passed between a device and its application server; the northbound adapter knows
/// the JSON. Pure; callable from any thread.
class TrafficText {
 public:
    virtual ~TrafficText() = default;
    /// Where the command stands now.
    virtual std::string command_changed(const domain::Command& command) const = 0;
    /// What the device reported, as deviceDataChanged or deviceDatasChanged.
    virtual std::string data_changed(domain::NotifyType type, const Uplink& uplink) const = 0;
};

}  // namespace cellwise::ports
