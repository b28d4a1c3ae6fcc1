// SPDX-License-Identifier: Apache-2.0
#include "app/mqtt_presence.hpp"

namespace cellwise::app {

void MqttPresence::began(const DeviceId& device) {
    const std::lock_guard lock(mutex_);
    ends_[device] = std::nullopt;
}

void MqttPresence::ended(const DeviceId& device, Timestamp now) {
    const std::lock_guard lock(mutex_);
    const auto found = ends_.find(device);
    if (found == ends_.end() || found->second) return;
    found->second = now;
    if (!next_look_) next_look_ = now + kGrace;
}

void MqttPresence::ended_all(Timestamp now) {
    const std::lock_guard lock(mutex_);
    for (auto& [device, end] : ends_) {
        if (!end) end = now;
    }
    if (!ends_.empty() && !next_look_) next_look_ = now + kGrace;
}

void MqttPresence::forget(const DeviceId& device) {
    const std::lock_guard lock(mutex_);
    ends_.erase(device);
}

/// Looks at all of them once a grace at most, and only when somebody has gone.
void MqttPresence::tick(Timestamp now) {
    const std::lock_guard lock(mutex_);
    if (!next_look_ || now < *next_look_) return;
    std::erase_if(ends_, [now](const auto& entry) { return entry.second && now - *entry.second >= kGrace; });
    next_look_.reset();
    for (const auto& [device, end] : ends_) {
        if (end) next_look_ = now + kGrace;
        if (next_look_) break;
    }
}

bool MqttPresence::is_online(const DeviceId& device, Timestamp now) const {
    const std::lock_guard lock(mutex_);
    const auto found = ends_.find(device);
    return found != ends_.end() && (!found->second || now - *found->second < kGrace);
}

}  // namespace cellwise::app
