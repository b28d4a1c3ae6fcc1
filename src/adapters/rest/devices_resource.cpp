// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/device_body.hpp"
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "adapters/rest/views.hpp"
#include "app/device_selection.hpp"
#include "app/device_service.hpp"
#include "app/device_status.hpp"

namespace cellwise::rest::devices {
namespace {

using domain::Device;

Error no_such_device(const Call& call) { return missing(call, "device.not_found", "there is no such device"); }

enum class Detail { Row, Whole };

/// Of a row no job is shown.
Result<app::DevicePortrait> portray_row(ports::Transaction& tx, const Device& device) {
    auto product = tx.products().find(device.product);
    if (!product) return product.error();
    auto registration = tx.registrations().find_by_device(device.id);
    if (!registration) return registration.error();
    return app::DevicePortrait{
        .device = device, .product = std::move(*product), .registration = std::move(*registration)};
}

void write_product(json::Writer& out, const std::optional<domain::Product>& product) {
    out.key("deviceInfo");
    if (!product) {
        out.null();
        return;
    }
    out.begin_object().field("manufacturerId", product->manufacturer_id);
    out.field("manufacturerName", product->manufacturer_name).field("deviceType", product->device_type);
    out.field("model", product->model).field("protocolType", to_string(product->protocol)).end_object();
}

void write_registration(json::Writer& out, const std::optional<domain::Registration>& registration, Timestamp now) {
    out.key("registration");
    if (!registration) {
        out.null();
        return;
    }
    const auto& radio = registration->radio;
    out.begin_object().field("live", registration->expires_at > now);
    out.field("expiresAt", to_rfc3339(registration->expires_at));
    out.field("lastHeardAt", to_rfc3339(registration->last_heard_at));
    out.field("binding", registration->binding == domain::Binding::UdpQueue ? "UQ" : "U");
    out.field("observed", registration->observation.has_value());
    out.field("cell", radio.cell ? std::optional(radio.cell->text) : std::nullopt);
    out.field("rsrpDbm", radio.rsrp_dbm).field("sinrDb", radio.sinr_db).end_object();
}

/// What a MQTT device reported of itself.
void write_radio(json::Writer& out, const std::optional<domain::RadioReport>& radio) {
    out.key("radio");
    if (!radio) {
        out.null();
        return;
    }
    out.begin_object().field("cell", radio->cell ? std::optional(radio->cell->text) : std::nullopt);
    out.field("rsrpDbm", radio->rsrp_dbm).field("sinrDb", radio->sinr_db).end_object();
}

void write_job(json::Writer& out, const std::optional<domain::Job>& job) {
    out.key("runningJob");
    if (!job) {
        out.null();
        return;
    }
    out.begin_object().field("taskId", job->task).field("jobId", job->id);
    out.field("state", to_string(job->state)).end_object();
}

void write(json::Writer& out, const app::DevicePortrait& portrait, Detail detail, const app::Moment& moment) {
    const auto& device = portrait.device;
    const auto heard = app::last_heard(device, portrait.registration);
    out.begin_object();
    out.field("deviceId", device.id).field("nodeId", device.node_id).field("name", device.name);
    out.field("appId", or_null(device.app)).field("productId", or_null(device.product));
    write_product(out, portrait.product);
    out.field("softwareVersion", or_null(device.software_version.text()));
    out.field("status", to_string(app::status_of(device, portrait.product, portrait.registration, moment)));
    out.field("createdAt", to_rfc3339(device.created_at)).field("lastSeenAt", to_rfc3339(heard));
    if (detail == Detail::Whole) {
        write_registration(out, portrait.registration, moment.now);
        write_radio(out, portrait.radio);
        out.field("cellId", or_null(portrait.entered_cell));
        write_job(out, portrait.running_job);
    }
    out.end_object();
}

auto show_row(const app::Moment& moment) {
    return [moment](json::Writer& out, ports::Transaction& tx, const Device& device) -> Status {
        const auto portrait = portray_row(tx, device);
        if (!portrait) return portrait.error();
        write(out, *portrait, Detail::Row, moment);
        return {};
    };
}

/// The device as it is stored now, whole.
void reply_device(const Services& services, const ports::Respond& respond, int status, const DeviceId& id) {
    const auto portrait = services.devices.portraits().find(id);
    if (!portrait) return refuse(respond, portrait.error());
    if (!*portrait) return refuse(respond, not_found("device.not_found", "there is no such device", id.str()));
    json::Writer out;
    write(out, **portrait, Detail::Whole, services.devices.moment());
    reply(respond, status, out.take());
}

std::function<void(Result<Device>)> answer_with_device(const Call& call, int status) {
    return [&services = call.services, respond = call.respond, status](const Result<Device>& device) {
        if (!device) return refuse(respond, device.error());
        reply_device(services, respond, status, device->id);
    };
}

Result<app::DeviceSelection> selection_of(const ports::HttpRequest& request) {
    app::DeviceSelection selection;
    auto& filter = selection.filter;
    const auto app = query_id<AppId>(request, "appId", kHex24Rule);
    if (!app) return app.error();
    const auto product = query_id<ProductId>(request, "productId", kHex24Rule);
    if (!product) return product.error();
    const auto group = query_id<GroupId>(request, "groupId", kHex24Rule);
    if (!group) return group.error();
    filter.app = *app;
    filter.product = *product;
    filter.group = *group;
    if (const auto prefix = request.query_value("nodeId")) filter.node_id_prefix = std::string(*prefix);
    if (const auto name = request.query_value("name")) selection.name = std::string(*name);
    if (const auto version = request.query_value("softwareVersion")) {
        filter.software_version = domain::Version::parse(*version);
        if (!filter.software_version) {
            return invalid("request.query.invalid", "softwareVersion",
                           "softwareVersion must be a version of 1 to 16 bytes", std::string(*version));
        }
    }
    if (const auto status = request.query_value("status")) {
        selection.status = domain::parse_device_status(*status);
        if (!selection.status) {
            return invalid("request.query.invalid", "status", "status must be inactive, online or offline",
                           std::string(*status));
        }
    }
    return selection;
}

/// A group that is a filter has no list of members: it says who they are.
Result<app::DeviceSelection> resolve_group(ports::Transaction& tx, app::DeviceSelection selection) {
    if (!selection.filter.group) return selection;
    const auto group = tx.groups().find(*selection.filter.group);
    if (!group) return group.error();
    if (!*group || !(*group)->filter) return selection;
    selection.filter.group.reset();
    return app::narrowed(app::members_of(**group), selection);
}

Result<app::DeviceChange> read_change(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    app::DeviceChange change;
    change.name = in.optional_text("name");
    change.details.secret = in.optional_text("secret");
    change.details.cell = in.optional_text("cellId");
    if (auto ok = in.finish(); !ok) return ok.error();
    return change;
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    auto device = read_new_device(*body);
    if (!device) return refuse(call.respond, device.error());
    call.services.loop.post([&service = call.services.devices, device = std::move(*device),
                             done = answer_with_device(call, 201)] { service.create(device, done); });
}

void list(Call call) {
    const auto page =
        page_of(call.request, {"appId", "productId", "groupId", "nodeId", "softwareVersion", "status", "name"});
    if (!page) return refuse(call.respond, page.error());
    const auto wanted = selection_of(call.request);
    if (!wanted) return refuse(call.respond, wanted.error());
    const auto moment = call.services.devices.moment();
    const auto devices = [&](ports::Transaction& tx) -> Result<ports::Page<Device>> {
        const auto selection = resolve_group(tx, *wanted);
        if (!selection) return selection.error();
        return app::select(tx, *selection, *page, moment);
    };
    reply_list<Device>(call, devices, show_row(moment));
}

void show(Call call) {
    const auto id = path_id<DeviceId>(call, no_such_device(call));
    if (!id) return refuse(call.respond, id.error());
    reply_device(call.services, call.respond, 200, *id);
}

void change(Call call) {
    const auto id = path_id<DeviceId>(call, no_such_device(call));
    if (!id) return refuse(call.respond, id.error());
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    const auto changed = read_change(*body);
    if (!changed) return refuse(call.respond, changed.error());
    call.services.loop.post(
        [&service = call.services.devices, id = *id, changed = *changed, done = answer_with_device(call, 200)] {
            service.change(id, std::nullopt, changed, done);
        });
}

void erase(Call call) {
    const auto id = path_id<DeviceId>(call, no_such_device(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post([&service = call.services.devices, id = *id, done = answer_empty(call.respond)] {
        service.erase(id, std::nullopt, done);
    });
}

}  // namespace cellwise::rest::devices
