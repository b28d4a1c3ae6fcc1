// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/hmac.hpp"
#include "adapters/mqtt/broker_link.hpp"
#include "adapters/mqtt/emqx_face.hpp"
#include "adapters/mqtt/login_desk.hpp"
#include "adapters/mqtt/login_server.hpp"
#include "adapters/mqtt/paho_connection.hpp"
#include "adapters/system/event_loop.hpp"
#include "app/mqtt_login_service.hpp"
#include "daemon/config.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/mqtt.hpp"
#include "cellwise/ports/random.hpp"

#include <memory>
#include <optional>

namespace cellwise::daemon {

/// Everything about the broker: the link, who may log in, and what brokers ask. Nothing of it is there when
/// mqtt.broker is empty.
class MqttParts {
 public:
    struct Needs {
        system::EventLoop& loop;
        ports::Database& database;
        ports::Clock& clock;
        ports::Clock& steady;
        ports::Random& random;
        ports::SecretBox& secrets;
        ports::Metrics& metrics;
        ports::MqttEvents& events;
    };

    /// Errors name the key.
    static Result<std::unique_ptr<MqttParts>> open(const Config& config, const Needs& needs);
    MqttParts(const Config& config, const Needs& needs, mqtt::LoginDesk::Credentials own, const mqtt::BrokerUrl& url);

    /// Begins to connect, when those whom the events go to are there.
    void start() { link_.start(); }
    void tick() { link_.tick(); }
    void stop() { link_.stop(); }

    mqtt::BrokerLink& link() { return link_; }
    /// Nothing when no token is configured.
    mqtt::EmqxFace* emqx() { return emqx_ ? &*emqx_ : nullptr; }

 private:
    crypto::OpenSslAuthentication authentication_{};
    app::MqttLoginService logins_;
    mqtt::LoginDesk desk_;
    std::unique_ptr<mqtt::LoginServer> server_{};
    std::optional<mqtt::EmqxFace> emqx_{};
    mqtt::PahoConnection connection_;
    mqtt::BrokerLink link_;
};

}  // namespace cellwise::daemon
