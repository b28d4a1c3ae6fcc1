// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_lookup.hpp"
#include "adapters/northbound/resources.hpp"
#include "app/device_service.hpp"
#include "app/device_status.hpp"

namespace cellwise::northbound::credentials {
namespace {

/// What deviceCredentials asks for, and what of it is told back unchanged.
struct Registration {
    app::NewDevice device{};
    std::string verify_code{};
    std::optional<std::string> psk{};
};

bool is_psk(std::string_view text) {
    return text.size() >= 8 && text.size() <= 32 &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// Either an id, or the three names of a product model together; anything less names none.
void read_product(json::ObjectReader& in, app::NewDevice& device, bool& unknown_product) {
    if (const auto id = in.optional_text("productId")) {
        device.product = ProductId::parse(*id);
        unknown_product = !device.product;
        return;
    }
    auto info = in.optional_object("deviceInfo");
    if (!info) return;
    app::ModelName model;
    model.manufacturer_name = info->optional_text({"manufacturerName", "manufactureName"}).value_or("");
    model.device_type = info->optional_text("deviceType").value_or("");
    model.model = info->optional_text("model").value_or("");
    const bool whole = !model.manufacturer_name.empty() && !model.device_type.empty() && !model.model.empty();
    if (whole) device.model = std::move(model);
}

std::optional<ports::HttpResponse> read_registration(const json::Document& body, Registration& wanted) {
    json::ObjectReader in(body, json::Unknown::Ignore);
    bool unknown_product = false;
    wanted.device.node_id = in.text("nodeId");
    wanted.device.name = in.optional_text({"deviceName", "name"}).value_or("");
    wanted.verify_code = in.optional_text("verifyCode").value_or(wanted.device.node_id);
    wanted.psk = in.optional_text("psk");
    const bool secure = in.optional_flag("isSecure").value_or(false);
    read_product(in, wanted.device, unknown_product);
    if (const auto read = in.finish(); !read) return refusal(kInput, read.error().message);
    if (wanted.psk && !is_psk(*wanted.psk)) return refusal(kInput, "psk must have 8 to 32 hex digits");
    if (secure) return refusal(kNotOffered, "isSecure: CoAP over DTLS.");
    if (unknown_product) return refusal(kNoSuchProduct);
    return std::nullopt;
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message));
    Registration wanted;
    if (auto refused = read_registration(*body, wanted)) return call.respond(std::move(*refused));
    wanted.device.app = call.app;
    const auto show = [verify_code = wanted.verify_code, psk = wanted.psk](const domain::Device& device) {
        json::Writer out;
        out.begin_object().field("deviceId", device.id).field("verifyCode", verify_code);
        // 0: a device that never comes online is not deleted.
        out.field("timeout", 0).field("psk", psk).end_object();
        return json_response(200, out.take());
    };
    call.services.loop.post(
        [&devices = call.services.devices, device = std::move(wanted.device),
         done = answer<domain::Device>(call.respond, kInput, show)] { devices.create(device, done); });
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
