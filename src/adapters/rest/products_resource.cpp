// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "adapters/rest/views.hpp"
#include "app/catalog_service.hpp"

namespace cellwise::rest::products {
namespace {

using domain::Product;

Error no_such_product(const Call& call) { return missing(call, "product.not_found", "there is no such product"); }

void write_profile(json::Writer& out, const Product& product) {
    out.key("mqtt");
    if (product.protocol != domain::Protocol::Mqtt) {
        out.null();
        return;
    }
    const auto& mqtt = product.mqtt;
    out.begin_object().field("radioService", mqtt.radio_service);
    out.field("rsrp", mqtt.rsrp_property).field("sinr", mqtt.sinr_property).field("cellId", mqtt.cell_property);
    out.field("sendsSign", mqtt.sends_sign).field("sendsFileName", mqtt.sends_file_name);
    out.field("rangesFromOne", mqtt.ranges_from_one).end_object();
}

void write(json::Writer& out, const Product& product) {
    out.begin_object();
    out.field("productId", product.id).field("manufacturerId", product.manufacturer_id);
    out.field("manufacturerName", product.manufacturer_name).field("deviceType", product.device_type);
    out.field("model", product.model).field("protocolType", to_string(product.protocol));
    out.key("softwareUpgrade").begin_object();
    out.field("supported", product.supports_software_upgrade);
    out.field("protocol", product.protocol == domain::Protocol::Mqtt ? std::nullopt : std::optional("PCP"));
    out.field("checkCodeAlwaysZero", product.check_code_always_zero);
    out.end_object();
    write_profile(out, product);
    out.field("createdAt", to_rfc3339(product.created_at)).end_object();
}

std::string show_product(const Product& product) {
    return json_of([&](json::Writer& out) { write(out, product); });
}

/// The maintenance capability. PCP is the only protocol for LWM2M; for MQTT the member is not checked.
void read_capability(json::ObjectReader& in, app::ProductChange& change, bool check_protocol) {
    auto capability = in.optional_object("softwareUpgrade");
    if (!capability) return;
    change.supports_software_upgrade = capability->optional_flag("supported");
    change.check_code_always_zero = capability->optional_flag("checkCodeAlwaysZero");
    const auto protocol = capability->optional_text("protocol");
    if (protocol && check_protocol && *protocol != "PCP") {
        capability->fail("protocol", "request.field.invalid", "must be PCP", *protocol);
    }
}

/// docs/mqtt.md says what the names are of.
void read_profile(json::ObjectReader& in, app::MqttProfileChange& change) {
    auto profile = in.optional_object("mqtt");
    if (!profile) return;
    change.radio_service = profile->optional_text("radioService");
    change.rsrp_property = profile->optional_text("rsrp");
    change.sinr_property = profile->optional_text("sinr");
    change.cell_property = profile->optional_text("cellId");
    change.sends_sign = profile->optional_flag("sendsSign");
    change.sends_file_name = profile->optional_flag("sendsFileName");
    change.ranges_from_one = profile->optional_flag("rangesFromOne");
}

Result<Product> read_product(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    Product product;
    product.manufacturer_id = in.text("manufacturerId");
    product.manufacturer_name = in.text("manufacturerName");
    product.device_type = in.text("deviceType");
    product.model = in.text("model");
    product.protocol = in.parsed("protocolType", domain::parse_protocol, "must be LWM2M, CoAP or MQTT");
    app::ProductChange capability;
    read_capability(in, capability, product.protocol != domain::Protocol::Mqtt);
    product.supports_software_upgrade = capability.supports_software_upgrade.value_or(false);
    product.check_code_always_zero = capability.check_code_always_zero.value_or(false);
    read_profile(in, capability.mqtt);
    lay_over(product.mqtt, capability.mqtt);
    if (auto ok = in.finish(); !ok) return ok.error();
    return product;
}

Result<app::ProductChange> read_change(const json::Document& body) {
    json::ObjectReader in(body, json::Unknown::Refuse);
    app::ProductChange change;
    change.manufacturer_id = in.optional_text("manufacturerId");
    read_capability(in, change, false);
    read_profile(in, change.mqtt);
    for (const char* fixed : {"manufacturerName", "deviceType", "model", "protocolType"}) {
        if (in.has(fixed)) {
            in.fail(fixed, "product.identity.fixed", "cannot change: packages and devices refer to it");
        }
    }
    if (auto ok = in.finish(); !ok) return ok.error();
    return change;
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    auto product = read_product(*body);
    if (!product) return refuse(call.respond, product.error());
    call.services.loop.post(
        [&catalog = call.services.catalog, product = std::move(*product),
         done = answer<Product>(call.respond, 201, show_product)] { catalog.create(product, done); });
}

void list(Call call) {
    const auto page = page_of(call.request);
    if (!page) return refuse(call.respond, page.error());
    reply_list<Product>(
        call, [&](ports::Transaction& tx) { return tx.products().list(*page); }, alone(write));
}

void show(Call call) {
    const auto id = path_id<ProductId>(call, no_such_product(call));
    if (!id) return refuse(call.respond, id.error());
    reply_one<Product>(
        call, no_such_product(call), [&](ports::Transaction& tx) { return tx.products().find(*id); }, alone(write));
}

void change(Call call) {
    const auto id = path_id<ProductId>(call, no_such_product(call));
    if (!id) return refuse(call.respond, id.error());
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    const auto changed = read_change(*body);
    if (!changed) return refuse(call.respond, changed.error());
    call.services.loop.post(
        [&catalog = call.services.catalog, id = *id, changed = *changed,
         done = answer<Product>(call.respond, 200, show_product)] { catalog.change(id, changed, done); });
}

void erase(Call call) {
    const auto id = path_id<ProductId>(call, no_such_product(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post(
        [&catalog = call.services.catalog, id = *id, done = answer_empty(call.respond)] { catalog.erase(id, done); });
}

}  // namespace cellwise::rest::products
