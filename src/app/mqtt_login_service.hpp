// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/login_throttle.hpp"

#include "cellwise/domain/mqtt_login.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/message_authentication.hpp"
#include "cellwise/ports/metrics.hpp"
#include "cellwise/ports/mqtt.hpp"
#include "cellwise/ports/secret_box.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cellwise::app {

/// Says who may log in at the broker, by what is stored of the devices (docs/mqtt.md, Logging in). Reads only;
/// callable from any thread.
class MqttLoginService final : public ports::MqttLogins {
 public:
    struct Needs {
        ports::Database& database;
        ports::Clock& clock;
        ports::SecretBox& secrets;
        ports::MessageAuthentication& authentication;
        ports::Metrics& metrics;
    };
    /// Of one device's name within ten minutes. A device that tries every ten seconds with a wrong clock stays below.
    static constexpr std::uint32_t kMostWrongTries = 100;

    explicit MqttLoginService(const Needs& needs);

    /// Errors: Unauthenticated "mqtt.login.malformed" "mqtt.login.unknown" "mqtt.login.protocol"
    /// "mqtt.login.no_secret" "mqtt.login.stamp" "mqtt.login.password"; TooMany "mqtt.login.throttled"; Unavailable
    /// when the database or the secret cannot be read.
    Status check(std::string_view client_id, std::string_view username, std::string_view password) override;

 private:
    Status judge(std::string_view client_id, std::string_view username, std::string_view password);
    /// The sealed secret and whom it is sealed for.
    struct Known {
        DeviceId device{};
        std::string sealed_secret{};
        bool speaks_mqtt = true;
    };
    Result<Known> find(std::string_view name) const;

    Needs needs_;
    LoginThrottle throttle_;
};

}  // namespace cellwise::app
