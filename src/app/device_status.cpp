// SPDX-License-Identifier: Apache-2.0
#include "app/device_status.hpp"

#include <algorithm>

namespace cellwise::app {

std::optional<Timestamp> last_heard(const domain::Device& device,
                                    const std::optional<domain::Registration>& registration) {
    if (!registration) return device.last_seen_at;
    return std::max(device.last_seen_at.value_or(registration->last_heard_at), registration->last_heard_at);
}

DeviceStatus status_of(const domain::Device& device, const std::optional<domain::Product>& product,
                       const std::optional<domain::Registration>& registration, const Moment& moment) {
    if (moment.mqtt != nullptr && moment.mqtt->is_online(device.id, moment.now)) return DeviceStatus::Online;
    const auto heard = last_heard(device, registration);
    if (!heard) return DeviceStatus::Inactive;
    const bool by_mqtt = product && product->protocol == domain::Protocol::Mqtt;
    const auto silence = by_mqtt ? MqttPresence::kGrace : kOnlineSilence;
    return moment.now - *heard <= silence ? DeviceStatus::Online : DeviceStatus::Offline;
}

}  // namespace cellwise::app
