// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/basic_time.hpp"
#include "adapters/northbound/device_lookup.hpp"
#include "adapters/northbound/resources.hpp"
#include "app/device_service.hpp"
#include "app/device_status.hpp"

#include <cmath>

namespace cellwise::northbound::devices {
namespace {

using domain::Device;
using ports::Transaction;

constexpr std::uint32_t kPageSize = 25;
constexpr std::uint32_t kLargestPage = 250;

std::string_view status_word(app::DeviceStatus status) {
    switch (status) {
        case app::DeviceStatus::Online:
            return "ONLINE";
        case app::DeviceStatus::Offline:
            return "OFFLINE";
        case app::DeviceStatus::Inactive:
            return "INACTIVE";
    }
    return "ABNORMAL";
}

std::optional<std::string> signal_strength(const std::optional<domain::Registration>& registration) {
    if (!registration || !registration->radio.rsrp_dbm) return std::nullopt;
    return std::to_string(std::lround(*registration->radio.rsrp_dbm));
}

void write_product(json::Writer& out, const std::optional<domain::Product>& product) {
    const auto word = [&](std::string_view text) { return product ? std::optional(text) : std::nullopt; };
    const auto shown = product.value_or(domain::Product{});
    out.field("manufacturerId", word(shown.manufacturer_id)).field("manufacturerName", word(shown.manufacturer_name));
    out.field("deviceType", word(shown.device_type)).field("model", word(shown.model));
    out.field("protocolType", word(to_string(shown.protocol)));
}

Status write(json::Writer& out, Transaction& tx, const Device& device, Timestamp now) {
    const auto product = tx.products().find(device.product);
    if (!product) return product.error();
    const auto registration = tx.registrations().find_by_device(device.id);
    if (!registration) return registration.error();
    const auto heard = app::last_heard(device, *registration);
    // A device that is connected directly is its own gateway.
    out.begin_object().field("deviceId", device.id).field("gatewayId", device.id).field("nodeType", "ENDPOINT");
    out.field("createTime", to_basic_time(device.created_at)).field("lastModifiedTime", to_basic_time(heard));
    out.key("deviceInfo").begin_object();
    out.field("nodeId", device.node_id).field("name", device.name);
    write_product(out, *product);
    out.field("swVersion",
              device.software_version.empty() ? std::nullopt : std::optional(device.software_version.text()));
    out.null_field("fwVersion").field("status", status_word(app::status_of(heard, now)));
    out.field("statusDetail", "NONE").field("signalStrength", signal_strength(*registration)).end_object();
    out.key("services").begin_array().end_array().end_object();
    return {};
}

/// The names of a product model as the device will have them: what is given, else what it has.
Result<std::optional<app::ModelName>> wanted_model(const Call& call, json::ObjectReader& in) {
    const auto manufacturer = in.optional_text({"manufacturerName", "manufactureName"});
    const auto type = in.optional_text("deviceType");
    const auto model = in.optional_text("model");
    const auto protocol = in.optional_text("protocolType");
    if (protocol && !domain::parse_protocol(*protocol)) {
        in.fail("protocolType", "request.field.invalid", "must be CoAP, LWM2M or MQTT", *protocol);
    }
    if (!manufacturer && !type && !model) return std::optional<app::ModelName>{};
    domain::Product current;
    const auto read = call.services.database.read([&](Transaction& tx) -> Status {
        const auto device = find_device(tx, call.app, call.path_values.front());
        if (!device) return device.error();
        auto product = tx.products().find(device->product);
        if (!product) return product.error();
        current = (*product).value_or(domain::Product{});
        return {};
    });
    if (!read) return read.error();
    return std::optional(app::ModelName{.manufacturer_name = manufacturer.value_or(current.manufacturer_name),
                                        .device_type = type.value_or(current.device_type),
                                        .model = model.value_or(current.model)});
}

}  // namespace

void list(Call call) {
    const auto page = page_of(call, kPageSize, kLargestPage);
    if (!page) return call.respond(refusal(kInput, kPage.text));
    const ports::DeviceFilter filter{.app = call.app};
    reply_read(call, kInput, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto devices = tx.devices().list(filter, page->request());
        if (!devices) return devices.error();
        const auto total = tx.devices().count(filter);
        if (!total) return total.error();
        out.begin_object();
        write_page(out, *page, *total);
        out.key("devices").begin_array();
        for (const auto& device : devices->items) {
            if (auto written = write(out, tx, device, call.services.clock.now()); !written) return written;
        }
        out.end_array().end_object();
        return {};
    });
}

void show(Call call) {
    reply_read(call, kInput, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto device = find_device(tx, call.app, call.path_values.front());
        if (!device) return device.error();
        return write(out, tx, *device, call.services.clock.now());
    });
}

void change(Call call) {
    const auto id = DeviceId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchDevice));
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message));
    json::ObjectReader in(*body, json::Unknown::Ignore);
    app::DeviceChange changed{.name = in.optional_text("name")};
    auto model = wanted_model(call, in);
    if (!model) return call.respond(refusal(model.error(), kInput));
    if (const auto read = in.finish(); !read) return call.respond(refusal(kInput, read.error().message));
    changed.model = std::move(*model);
    const auto show_nothing = [](const Device&) { return no_content(); };
    call.services.loop.post(
        [&devices = call.services.devices, id = *id, app = call.app, changed = std::move(changed),
         done = answer<Device>(call.respond, kInput, show_nothing)] { devices.change(id, app, changed, done); });
}

void erase(Call call) {
    const auto id = DeviceId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchDevice));
    call.services.loop.post([&devices = call.services.devices, id = *id, app = call.app,
                             done = answer_with(call.respond, kInput, no_content)] { devices.erase(id, app, done); });
}

}  // namespace cellwise::northbound::devices
