// SPDX-License-Identifier: Apache-2.0
#include "daemon/mqtt_parts.hpp"

#include "adapters/system/durable_file.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"

#include <array>
#include <filesystem>
#include <string>
#include <utility>

namespace cellwise::daemon {
namespace {

constexpr std::size_t kLongestSecret = 512;
/// One session for the daemon, however often it is restarted: the broker keeps for it what devices say meanwhile.
constexpr const char* kClientId = "cellwised";

/// The one line of a file. Errors name the key.
Result<std::string> read_line(const std::string& file, const std::string& key) {
    auto read = system::read_file(file, kLongestSecret);
    if (!read) return invalid("config.value", key, key + ": " + read.error().message, file);
    auto line = read->substr(0, read->find_first_of("\r\n"));
    if (line.empty()) return invalid("config.value", key, key + ": its first line must not be empty", file);
    return line;
}

/// Good for this run only, and known to nobody but those who ask us: the plugin and EMQX.
std::string one_time_password(ports::Random& random) {
    std::array<std::uint8_t, 32> bytes{};
    random.fill(bytes);
    return to_hex(bytes);
}

std::filesystem::path socket_of(const Config& config) {
    if (!config.mqtt_logins_socket.empty()) return config.mqtt_logins_socket;
    return std::filesystem::path(config.state_dir) / "mqtt-logins.sock";
}

mqtt::PahoConnection::Options connection_options(const Config& config, const mqtt::LoginDesk::Credentials& own,
                                                 const mqtt::BrokerUrl& url) {
    return {.url = url,
            .client_id = own.client_id,
            .username = own.username,
            .password = own.password,
            .ca_file = config.mqtt_ca};
}

}  // namespace

Result<std::unique_ptr<MqttParts>> MqttParts::open(const Config& config, const Needs& needs) {
    if (config.mqtt_broker.empty()) return std::unique_ptr<MqttParts>{};
    const auto url = mqtt::BrokerUrl::parse(config.mqtt_broker);
    if (!url)
        return invalid("config.value", "mqtt.broker", "mqtt.broker: " + url.error().message, config.mqtt_broker);
    mqtt::LoginDesk::Credentials own{.client_id = kClientId, .username = config.mqtt_username};
    if (config.mqtt_password_file.empty()) {
        own.password = one_time_password(needs.random);
    } else {
        auto password = read_line(config.mqtt_password_file, "mqtt.password_file");
        if (!password) return password.error();
        own.password = std::move(*password);
    }
    std::string token;
    if (!config.mqtt_emqx_token_file.empty()) {
        auto read = read_line(config.mqtt_emqx_token_file, "mqtt.emqx_token_file");
        if (!read) return read.error();
        token = std::move(*read);
    }
    auto parts = std::make_unique<MqttParts>(config, needs, std::move(own), *url);
    if (!token.empty()) {
        auto heard = [&loop = needs.loop, &link = parts->link_](const mqtt::EmqxEvent& event) {
            loop.post([&link, event] { link.on_emqx(event); });
        };
        parts->emqx_.emplace(std::move(token), parts->desk_, parts->authentication_, std::move(heard));
    }
    auto server = mqtt::LoginServer::open(needs.loop.context(), socket_of(config), parts->desk_);
    if (server) {
        parts->server_ = std::move(*server);
    } else if (!config.mqtt_logins_socket.empty()) {
        return invalid("config.value", "mqtt.logins_socket", "mqtt.logins_socket: " + server.error().message);
    } else {
        // A state directory with a long name must not keep those from starting who have no broker.
        log::warning("no socket for the broker's plugin", {{"reason", server.error().message}});
    }
    return parts;
}

MqttParts::MqttParts(const Config& config, const Needs& needs, mqtt::LoginDesk::Credentials own,
                     const mqtt::BrokerUrl& url)
    : logins_({needs.database, needs.clock, needs.secrets, authentication_, needs.metrics}),
      desk_(std::move(own), logins_, authentication_),
      connection_(connection_options(config, desk_.own(), url), needs.loop),
      link_({connection_, needs.events, needs.loop, needs.clock, needs.steady, needs.metrics}, {}) {}

}  // namespace cellwise::daemon
