// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/product.hpp"

namespace cellwise::domain {

std::string_view to_string(Protocol protocol) {
    switch (protocol) {
        case Protocol::Lwm2m:
            return "LWM2M";
        case Protocol::CoAP:
            return "CoAP";
        case Protocol::Mqtt:
            return "MQTT";
    }
    return "?";
}

std::optional<Protocol> parse_protocol(std::string_view name) {
    for (const auto protocol : {Protocol::Lwm2m, Protocol::CoAP, Protocol::Mqtt}) {
        if (name == to_string(protocol)) return protocol;
    }
    return std::nullopt;
}

bool same_protocol(Protocol a, Protocol b) { return (a == Protocol::Mqtt) == (b == Protocol::Mqtt); }

}  // namespace cellwise::domain
