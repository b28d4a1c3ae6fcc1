// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cellwise::mqtt {

/// Where a broker is: mqtt://host[:1883] or, by TLS, mqtts://host[:8883]. An IPv6 address stands in brackets.
struct BrokerUrl {
    bool tls = false;
    std::string host{};  ///< with its brackets
    std::uint16_t port = 0;

    /// Error: InvalidInput "mqtt.broker.malformed".
    static Result<BrokerUrl> parse(std::string_view text);
    friend bool operator==(const BrokerUrl&, const BrokerUrl&) = default;
};

}  // namespace cellwise::mqtt
