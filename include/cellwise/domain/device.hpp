// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/coverage.hpp"
#include "cellwise/domain/version.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::domain {

/// A device as somebody entered it, and the last version heard of it.
struct Device {
    DeviceId id{};
    AppId app{};  ///< the application server it belongs to; empty: the operators'
    std::string
        node_id{};  ///< the LwM2M endpoint name: a bare IMEI, urn:imei:<IMEI> or any text of 1..256 bytes; unique
    ProductId product{};  ///< empty: not said yet
    std::string name{};
    Version software_version{};  ///< empty until heard
    Timestamp created_at{};
    std::optional<Timestamp> last_seen_at{};

    friend bool operator==(const Device&, const Device&) = default;
};

/// What application servers say of a device and are told back as they said it. A row of its own, made when something
/// is said: most devices have none. Empty: not said.
struct DeviceDetails {
    DeviceId device{};
    std::string verify_code{};
    std::string end_user_id{};
    std::string imsi{};
    std::string manufacturer_id{};  ///< where it is to be another than the product's
    std::string protocol{};         ///< the same
    std::string mute{};
    std::string location{};
    std::string region{};
    std::string timezone{};
    std::string organization{};
    std::string tags{};  ///< a JSON array
    bool secure = false;
    std::string sealed_psk{};     ///< by ports::SecretBox, as is the next
    std::string sealed_secret{};  ///< what a MQTT device proves itself by
    std::uint32_t timeout_seconds = 0;
    std::optional<Timestamp> expires_at{};  ///< until then it has to be heard, or it is erased
    std::string cell{};                     ///< where a MQTT device is that does not say; a CellId

    friend bool operator==(const DeviceDetails&, const DeviceDetails&) = default;
};

/// What the world is told of a device's presence.
enum class DeviceStatus {
    Inactive,  ///< never heard
    Online,    ///< heard within the last 25 hours: a sleeping NB-IoT device speaks once a day
    Offline    ///< silent for longer
};
std::string_view to_string(DeviceStatus status);  ///< "inactive", "online", "offline"
std::optional<DeviceStatus> parse_device_status(std::string_view name);

/// What a binding mode lets us assume about sleep (LwM2M 1.0, 5.3.1.1).
enum class Binding {
    Udp,      ///< "U": reachable until it proves deaf
    UdpQueue  ///< "UQ": listens only for a short window after it spoke
};

/// Where datagrams of a peer come from. An IPv4 address is kept IPv4-mapped.
struct PeerAddress {
    std::array<std::uint8_t, 16> ip{};
    std::uint16_t port = 0;

    friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
    friend auto operator<=>(const PeerAddress&, const PeerAddress&) = default;
};

/// The token of an observation of /19/0/0: 8 random bytes.
using ObservationToken = std::array<std::uint8_t, 8>;

/// A LwM2M registration: soft state, written behind. One device has at most one.
struct Registration {
    RegistrationId id{};  ///< of the Location-Path; random, all that tells an update from a forgery on plain CoAP
    DeviceId device{};
    PeerAddress address{};
    Binding binding = Binding::Udp;
    Duration lifetime{86'400'000};  ///< what an update that names none renews it by
    Timestamp expires_at{};
    Timestamp last_heard_at{};
    std::optional<ObservationToken> observation{};  ///< nothing until the device confirmed the observation
    RadioReport radio{};                            ///< given with the registration; else what object 4 said last

    friend bool operator==(const Registration&, const Registration&) = default;
};

}  // namespace cellwise::domain

template <>
struct std::hash<cellwise::domain::PeerAddress> {
    std::size_t operator()(const cellwise::domain::PeerAddress& peer) const noexcept {
        return std::hash<std::string_view>{}({reinterpret_cast<const char*>(peer.ip.data()), peer.ip.size()}) * 31U +
               peer.port;
    }
};
