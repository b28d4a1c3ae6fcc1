// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"
#include "cellwise/domain/job_machine.hpp"

namespace cellwise::app {

/// What the upgrades are told of MQTT devices. Implemented by UpgradeEngine; loop thread.
class MqttUpgrades {
 public:
    virtual ~MqttUpgrades() = default;
    virtual void on_heard(const DeviceId& device) = 0;
    /// It logged in anew. Counts as heard.
    virtual void on_session(const DeviceId& device) = 0;
    virtual void on_version(const DeviceId& device, const domain::Version& version) = 0;
    virtual void on_progress(const DeviceId& device, const domain::ProgressReported& report) = 0;
    /// Business data, kept as it came.
    virtual void on_report(const DeviceId& device, ByteView payload) = 0;
};

}  // namespace cellwise::app
