// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cellwise::domain {

/// How a product's devices speak. CoAP and LWM2M are one and the same to the platform; the word is kept as given.
enum class Protocol { Lwm2m, CoAP, Mqtt };
std::string_view to_string(Protocol protocol);  ///< "LWM2M", "CoAP", "MQTT"
std::optional<Protocol> parse_protocol(std::string_view name);
/// CoAP and LWM2M are one.
bool same_protocol(Protocol a, Protocol b);

/// What differs between makes of MQTT devices (docs/mqtt.md): where their property reports tell of the radio, and
/// what their download code bears.
struct MqttProfile {
    std::string radio_service = "Connectivity";
    std::string rsrp_property = "rsrp";  ///< dBm
    std::string sinr_property = "sinr";  ///< dB
    std::string cell_property = "cellId";
    bool sends_sign = true;        ///< the notice names the file's SHA-256
    bool sends_file_name = true;   ///< the notice names the file
    bool ranges_from_one = false;  ///< the devices count the bytes of a Range from 1

    friend bool operator==(const MqttProfile&, const MqttProfile&) = default;
};

/// A product model: what all devices of one make have in common. Manufacturer name, device type and model together
/// are unique.
struct Product {
    ProductId id{};
    std::string manufacturer_id{};
    std::string manufacturer_name{};
    std::string device_type{};
    std::string model{};
    Protocol protocol = Protocol::Lwm2m;
    bool supports_software_upgrade = false;  ///< the maintenance capability; PCP is the only protocol for LWM2M
    bool check_code_always_zero = false;     ///< send 0000 as package check code, whatever the package says
    Timestamp created_at{};
    MqttProfile mqtt{};  ///< of MQTT products only

    friend bool operator==(const Product&, const Product&) = default;
};

}  // namespace cellwise::domain
