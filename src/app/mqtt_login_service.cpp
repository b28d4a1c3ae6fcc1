// SPDX-License-Identifier: Apache-2.0
#include "app/mqtt_login_service.hpp"

#include "cellwise/base/log.hpp"

#include <limits>
#include <utility>

namespace cellwise::app {
namespace {

Error refused(std::string code, std::string message) {
    return Error{.kind = ErrorKind::Unauthenticated, .code = std::move(code), .message = std::move(message)};
}

Error unavailable(const Error& error) {
    return Error{.kind = ErrorKind::Unavailable, .code = error.code, .message = error.message};
}

Result<std::optional<domain::Device>> find_device(ports::DeviceStore& devices, std::string_view name) {
    if (const auto id = DeviceId::parse(name)) {
        auto found = devices.find(*id);
        if (!found || *found) return found;
    }
    return devices.find_by_node_id(name);
}

}  // namespace

MqttLoginService::MqttLoginService(const Needs& needs)
    : needs_(needs),
      throttle_({.per_name = kMostWrongTries, .per_address = std::numeric_limits<std::uint32_t>::max()}) {}

Status MqttLoginService::check(std::string_view client_id, std::string_view username, std::string_view password) {
    auto verdict = judge(client_id, username, password);
    const auto counted = [this](std::string_view result) -> ports::Counter& {
        return needs_.metrics.counter("cellwise_mqtt_logins_total", "Logins at the broker that were asked about",
                                      {{"result", result}});
    };
    if (verdict) {
        counted("accepted").add();
        return verdict;
    }
    counted(verdict.error().kind == ErrorKind::Unavailable ? "unavailable" : "refused").add();
    log::debug("login at the broker refused",
               {{"name", printable(username.substr(0, 128))}, {"code", verdict.error().code}});
    return verdict;
}

Status MqttLoginService::judge(std::string_view client_id, std::string_view username, std::string_view password) {
    const auto id = domain::mqtt::parse_client_id(client_id);
    if (!id || id->name != username) {
        return refused("mqtt.login.malformed",
                       "the client id must be {name}_{0|2}_{0|1}_{YYYYMMDDHH} and the user name that name");
    }
    const auto now = needs_.clock.now();
    if (id->stamp_is_time && !domain::mqtt::is_fresh_stamp(id->stamp, now)) {
        return refused("mqtt.login.stamp", "the time in the client id must be within two hours");
    }
    const auto known = find(username);
    if (!known) return known.error();
    if (!known->speaks_mqtt) return refused("mqtt.login.protocol", "the device's product is none that speaks MQTT");
    if (known->sealed_secret.empty()) return refused("mqtt.login.no_secret", "the device has no secret");
    // Names that nobody bears are not counted: they would push those out that are tried.
    if (throttle_.admit(username, {}, now) > Duration::zero()) {
        return Error{.kind = ErrorKind::TooMany, .code = "mqtt.login.throttled", .message = "too many wrong logins"};
    }
    const auto secret = needs_.secrets.open(known->sealed_secret, known->device.view());
    if (!secret) return unavailable(secret.error());
    const auto expected = to_hex(needs_.authentication.hmac_sha256(as_bytes(id->stamp), as_bytes(*secret)));
    if (!needs_.authentication.equal(as_bytes(expected), as_bytes(password))) {
        return refused("mqtt.login.password", "the password is not the one of this device and stamp");
    }
    throttle_.succeed(username, {});
    return {};
}

Result<MqttLoginService::Known> MqttLoginService::find(std::string_view name) const {
    std::optional<Known> known;
    const auto read = needs_.database.read([&](ports::Transaction& tx) -> Status {
        const auto device = find_device(tx.devices(), name);
        if (!device) return device.error();
        if (!*device) return {};
        known = Known{.device = (*device)->id};
        const auto details = tx.devices().find_details(known->device);
        if (!details) return details.error();
        if (*details) known->sealed_secret = (*details)->sealed_secret;
        if ((*device)->product.empty()) return {};
        const auto product = tx.products().find((*device)->product);
        if (!product) return product.error();
        known->speaks_mqtt = *product && (*product)->protocol == domain::Protocol::Mqtt;
        return {};
    });
    if (!read) return unavailable(read.error());
    if (!known) return refused("mqtt.login.unknown", "no device bears that name");
    return *known;
}

}  // namespace cellwise::app
