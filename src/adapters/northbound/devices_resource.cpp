// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_json.hpp"
#include "adapters/northbound/device_list.hpp"
#include "adapters/northbound/device_lookup.hpp"
#include "adapters/northbound/device_request.hpp"
#include "adapters/northbound/resources.hpp"
#include "app/device_notices.hpp"
#include "app/device_service.hpp"

namespace cellwise::northbound::devices {
namespace {

using domain::Device;
using ports::Transaction;

constexpr std::uint32_t kPageSize = 25;
constexpr std::uint32_t kLargestPage = 250;

Status write(json::Writer& out, Transaction& tx, const Device& device, const app::Moment& moment) {
    const auto facts = app::read_facts(tx, device);
    if (!facts) return facts.error();
    write_device(out, *facts, moment);
    return {};
}

/// The names of a product model as the device will have them: what is given, else what it has.
Result<app::ModelName> whole_model(const Call& call, const PartialModel& said) {
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
    return app::ModelName{.manufacturer_name = said.manufacturer_name.value_or(current.manufacturer_name),
                          .device_type = said.device_type.value_or(current.device_type),
                          .model = said.model.value_or(current.model)};
}

}  // namespace

void list(Call call) {
    const auto page = page_of(call, kPageSize, kLargestPage);
    if (!page) return call.respond(refusal(kInput, kPage.text));
    const auto filter = device_query(call);
    if (!filter.not_served.empty()) return call.respond(refusal(kInput, filter.not_served + " is not served."));
    reply_read(call, kInput, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto found = find_devices(tx, filter, page->request());
        if (!found) return found.error();
        out.begin_object();
        write_page(out, *page, found->total);
        out.key("devices").begin_array();
        for (const auto& device : found->devices) {
            if (auto written = write(out, tx, device, call.services.devices.moment()); !written) return written;
        }
        out.end_array().end_object();
        return {};
    });
}

void show(Call call) {
    reply_read(call, kInput, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto device = find_device(tx, call.app, call.path_values.front());
        if (!device) return device.error();
        return write(out, tx, *device, call.services.devices.moment());
    });
}

void change(Call call) {
    const auto id = DeviceId::parse(call.path_values.front());
    if (!id) return call.respond(refusal(kNoSuchDevice));
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadMessage, body.error().message));
    app::DeviceChange changed;
    PartialModel said;
    if (const auto refused = read_device_change(*body, changed, said)) {
        return call.respond(refusal(refused->error, refused->detail));
    }
    if (!said.says_nothing()) {
        auto model = whole_model(call, said);
        if (!model) return call.respond(refusal(model.error(), kInput));
        changed.model = std::move(*model);
    }
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
