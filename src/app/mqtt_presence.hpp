// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <mutex>
#include <optional>
#include <unordered_map>

namespace cellwise::app {

/// Which MQTT devices have a session at the broker, for whoever shows them. In memory only: after a restart of the
/// daemon the broker tells anew. Fed by the loop, asked from any thread.
class MqttPresence {
 public:
    /// A device is online for so long after its connection has ended (the vendor's rule).
    static constexpr Duration kGrace = std::chrono::minutes(1);

    void began(const DeviceId& device);
    void ended(const DeviceId& device, Timestamp now);
    /// The link to the broker is lost: what has not come back within the grace is gone.
    void ended_all(Timestamp now);
    /// The device is no more, or another one.
    void forget(const DeviceId& device);
    /// Lets go of those whose grace is over.
    void tick(Timestamp now);

    bool is_online(const DeviceId& device, Timestamp now) const;

 private:
    mutable std::mutex mutex_;
    std::unordered_map<DeviceId, std::optional<Timestamp>> ends_{};  ///< of each its end; nothing while it is there
    std::optional<Timestamp> next_look_{};                           ///< when the first grace is over
};

}  // namespace cellwise::app
