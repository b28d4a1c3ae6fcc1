// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"

#include <span>

namespace cellwise::ports {

/// What a transport (LwM2M, later MQTT) tells the core about a device. Implemented by app::UpgradeEngine; loop
/// thread.
class DeviceEvents {
 public:
    virtual ~DeviceEvents() = default;
    /// A hint, and nothing else: of these something will be told next.
    virtual void expect(std::span<const DeviceId>) {}
    /// The device spoke and listens now: after a register once its observation is confirmed, after an update, and for
    /// every uplink that carries no data of its own.
    virtual void on_heard(const DeviceId& device) = 0;
    /// The device reported this (LwM2M: a notification of /19/0/0). Counts as heard.
    virtual void on_data(const DeviceId& device, ByteView payload) = 0;
};

}  // namespace cellwise::ports
