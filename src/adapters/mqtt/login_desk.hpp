// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/mqtt_login.hpp"
#include "cellwise/ports/message_authentication.hpp"
#include "cellwise/ports/mqtt.hpp"

#include <string>
#include <utility>

namespace cellwise::mqtt {

/// Who a client is that a broker asks about: the daemon itself, by the name and password that it logs in with, or a
/// device. Callable from any thread.
class LoginDesk {
 public:
    struct Credentials {
        std::string client_id{};
        std::string username{};
        std::string password{};
    };

    LoginDesk(Credentials own, ports::MqttLogins& devices, ports::MessageAuthentication& authentication)
        : own_(std::move(own)), devices_(devices), authentication_(authentication) {}

    domain::mqtt::LoginVerdict judge(const domain::mqtt::LoginQuestion& question) const;
    /// By the name alone: may this client do what the daemon does? Nobody else is let in under it.
    bool is_daemon(std::string_view username) const { return username == own_.username; }
    const Credentials& own() const { return own_; }

 private:
    const Credentials own_;
    ports::MqttLogins& devices_;
    ports::MessageAuthentication& authentication_;
};

}  // namespace cellwise::mqtt
