// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_lookup.hpp"
#include "adapters/northbound/device_request.hpp"
#include "adapters/northbound/resources.hpp"
#include "app/device_service.hpp"
#include "app/device_status.hpp"

namespace cellwise::northbound::credentials {
namespace {

using domain::Device;

/// What a device proves itself by: a code that it shows (v1.1.0), or a secret that it signs with (v2.0.0).
enum class Mode { VerifyCode, Secret };

ports::HttpResponse show_registered(Mode mode, const Device& device, const app::DetailsChange& details) {
    json::Writer out;
    out.begin_object().field("deviceId", device.id);
    if (mode == Mode::Secret) out.field("secret", details.secret);
    if (mode == Mode::VerifyCode) out.field("verifyCode", details.verify_code.value_or(device.node_id));
    out.field("timeout", details.timeout_seconds.value_or(0)).field("psk", details.psk).end_object();
    auto response = json_response(200, out.take());
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

void create_by(Mode mode, Call call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message));
    app::NewDevice device{.app = call.app};
    if (const auto refused = read_registration(*body, device)) {
        return call.respond(refusal(refused->error, refused->detail));
    }
    if (mode == Mode::VerifyCode) device.details.secret = std::nullopt;
    call.services.loop.post(
        [mode, device = std::move(device), &devices = call.services.devices, respond = call.respond]() mutable {
            auto& details = device.details;
            // What is needed and was not chosen is made up; it is told this once.
            if (details.secure.value_or(false) && !details.psk) details.psk = devices.fresh_secret();
            if (mode == Mode::Secret && !details.secret) details.secret = devices.fresh_secret();
            const auto show = [mode, details](const Device& made) { return show_registered(mode, made, details); };
            devices.create(std::move(device), answer<Device>(respond, kInput, show));
        });
}

/// The code that is in force is read where it was just stored; one that was never chosen is the node id.
ports::HttpResponse show_code(ports::Database& database, const Device& device) {
    domain::DeviceDetails details;
    const auto read = database.read([&](ports::Transaction& tx) -> Status {
        auto found = tx.devices().find_details(device.id);
        if (!found) return found.error();
        details = (*found).value_or(domain::DeviceDetails{});
        return {};
    });
    if (!read) return refusal(read.error(), kInput);
    json::Writer out;
    out.begin_object().field("verifyCode", details.verify_code.empty() ? device.node_id : details.verify_code);
    out.field("timeout", details.timeout_seconds).end_object();
    return json_response(200, out.take());
}

ports::HttpResponse show_secret(const std::string& secret) {
    json::Writer out;
    out.begin_object().field("secret", secret).end_object();
    auto response = json_response(200, out.take());
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

std::optional<app::DeviceChange> read_change(const Call& call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message)), std::nullopt;
    app::DeviceChange change{.only_offline = true};
    if (const auto refused = read_credentials(*body, change)) {
        return call.respond(refusal(refused->error, refused->detail)), std::nullopt;
    }
    return change;
}

}  // namespace

void create(Call call) { create_by(Mode::VerifyCode, std::move(call)); }

void create_with_secret(Call call) { create_by(Mode::Secret, std::move(call)); }

void change(Call call) {
    const auto id = DeviceId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchDevice));
    auto wanted = read_change(call);
    if (!wanted) return;
    wanted->details.secret = std::nullopt;
    const auto show = [&database = call.services.database](const Device& changed) {
        return show_code(database, changed);
    };
    call.services.loop.post(
        [&devices = call.services.devices, id = *id, app = call.app, wanted = std::move(*wanted),
         done = answer<Device>(call.respond, kInput, show)] { devices.change(id, app, wanted, done); });
}

void change_secret(Call call) {
    const auto id = DeviceId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchDevice));
    auto wanted = read_change(call);
    if (!wanted) return;
    wanted->details.verify_code = std::nullopt;
    call.services.loop.post([&devices = call.services.devices, id = *id, app = call.app, wanted = std::move(*wanted),
                             respond = call.respond]() mutable {
        if (!wanted.details.secret) wanted.details.secret = devices.fresh_secret();
        const auto show = [secret = *wanted.details.secret](const Device&) { return show_secret(secret); };
        devices.change(id, app, std::move(wanted), answer<Device>(respond, kInput, show));
    });
}

void show(Call call) {
    reply_read(call, kInput, [&](ports::Transaction& tx, json::Writer& out) -> Status {
        const auto device = find_device(tx, call.app, call.path_values.front());
        if (!device) return device.error();
        const auto registration = tx.registrations().find_by_device(device->id);
        if (!registration) return registration.error();
        out.begin_object().field("deviceId", device->id);
        out.field("activated", app::last_heard(*device, *registration).has_value());
        out.field("name", device->name).end_object();
        return {};
    });
}

}  // namespace cellwise::northbound::credentials
