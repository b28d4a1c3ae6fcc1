// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/mqtt_presence.hpp"

#include "cellwise/domain/device.hpp"
#include "cellwise/domain/product.hpp"

#include <optional>

namespace cellwise::app {

using domain::DeviceStatus;

/// NB-IoT devices sleep: one is online until it has been silent for so long.
inline constexpr Duration kOnlineSilence = std::chrono::hours(25);

/// What a status depends on beside what is stored: the time, and who is at the broker. Where nobody says that (no
/// broker, or a test), a MQTT device is there while it is heard.
struct Moment {
    Timestamp now{};
    const MqttPresence* mqtt = nullptr;

    // NOLINTNEXTLINE(google-explicit-constructor): a time alone is a moment without a broker
    Moment(Timestamp at = {}, const MqttPresence* presence = nullptr) : now(at), mqtt(presence) {}
};

std::optional<Timestamp> last_heard(const domain::Device& device,
                                    const std::optional<domain::Registration>& registration);
/// MQTT devices are online until a minute after their connection has ended, others until 25 hours of silence. One
/// without a product model that has no connection is taken for one of the others.
DeviceStatus status_of(const domain::Device& device, const std::optional<domain::Product>& product,
                       const std::optional<domain::Registration>& registration, const Moment& moment);

}  // namespace cellwise::app
