// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"
#include "cellwise/domain/coverage.hpp"

#include <functional>

namespace cellwise::ports {

/// What became of a message to a device.
enum class DeliveryOutcome {
    Delivered,  ///< the device's transport confirmed it
    Refused,    ///< the device's transport answered with an error or a reset
    GaveUp,     ///< no confirmation: it may or may not have been heard
    Asleep,     ///< not sent: the device does not listen now
    Cancelled   ///< by cancel(), or replaced by a newer message
};

/// The way to a device that speaks PCP (LwM2M: PUT /19/1/0). Loop thread only. Callbacks never run inside the call.
class Downlink {
 public:
    using Outcome = std::function<void(DeliveryOutcome)>;
    /// An empty report when the device could not say.
    using RadioAnswer = std::function<void(DeliveryOutcome, domain::RadioReport)>;

    virtual ~Downlink() = default;
    /// In order per device. The same bytes as the message under way are a repeat of it: sent again at once, one
    /// outcome each; an empty one for whoever does not want to know.
    virtual void send(const DeviceId& device, Bytes payload, Outcome outcome) = 0;
    virtual void read_radio(const DeviceId& device, RadioAnswer answer) = 0;
    /// Does it listen now?
    virtual bool is_awake(const DeviceId& device) = 0;
    /// Drops what has not been confirmed.
    virtual void cancel(const DeviceId& device) = 0;
};

}  // namespace cellwise::ports
