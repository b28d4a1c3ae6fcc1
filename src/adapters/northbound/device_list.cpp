// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_list.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::northbound {
namespace {

using domain::Device;
using ports::Transaction;

/// Passed over they would make an answer wrong, and none has an index.
constexpr std::string_view kNotServed[] = {"status", "startTime", "endTime", "location", "name"};

bool names_a_model(const DeviceQuery& query) {
    return query.product_id || query.manufacturer_name || query.device_type || query.model || query.protocol;
}

bool fits(const DeviceQuery& query, const domain::Product& product) {
    const auto same = [](const std::optional<std::string>& wanted, std::string_view is) {
        return !wanted || *wanted == is;
    };
    return same(query.product_id, product.id.view()) && same(query.manufacturer_name, product.manufacturer_name) &&
           same(query.device_type, product.device_type) && same(query.model, product.model) &&
           same(query.protocol, to_string(product.protocol));
}

/// Products are hundreds.
Result<std::vector<ProductId>> fitting_products(Transaction& tx, const DeviceQuery& query) {
    std::vector<ProductId> ids;
    ports::PageRequest page{.limit = 1000};
    do {
        const auto products = tx.products().list(page);
        if (!products) return products.error();
        for (const auto& product : products->items) {
            if (fits(query, product)) ids.push_back(product.id);
        }
        page.after = products->next;
    } while (!page.after.empty());
    return ids;
}

/// One device, if it is the application's and all else fits.
Result<DevicesFound> find_one(Transaction& tx, const DeviceQuery& query, const ports::PageRequest& page) {
    std::optional<Device> found;
    if (query.node_id) {
        auto device = tx.devices().find_by_node_id(*query.node_id);
        if (!device) return device.error();
        found = std::move(*device);
    } else if (const auto id = DeviceId::parse(*query.gateway_id)) {
        auto device = tx.devices().find(*id);
        if (!device) return device.error();
        found = std::move(*device);
    }
    if (!found || found->app != query.app) return DevicesFound{};
    if (query.gateway_id && *query.gateway_id != found->id.view()) return DevicesFound{};
    if (names_a_model(query)) {
        const auto product = tx.products().find(found->product);
        if (!product) return product.error();
        if (!*product || !fits(query, **product)) return DevicesFound{};
    }
    DevicesFound one{.total = 1};
    if (page.offset == 0) one.devices.push_back(std::move(*found));
    return one;
}

/// Product by product, each along its index: what lies before the page is counted, not read.
Result<DevicesFound> find_of_products(Transaction& tx, const DeviceQuery& query, const ports::PageRequest& page) {
    const auto products = fitting_products(tx, query);
    if (!products) return products.error();
    DevicesFound found;
    for (const auto& product : *products) {
        const ports::DeviceFilter filter{.app = query.app, .product = product};
        const auto count = tx.devices().count(filter);
        if (!count) return count.error();
        const auto before = static_cast<std::uint64_t>(std::exchange(found.total, found.total + *count));
        const auto wanted = page.limit - static_cast<std::uint32_t>(found.devices.size());
        const auto offset = std::max(page.offset, before) - before;
        if (wanted == 0 || offset >= static_cast<std::uint64_t>(*count)) continue;
        auto some = tx.devices().list(filter, {.limit = wanted, .offset = offset});
        if (!some) return some.error();
        std::move(some->items.begin(), some->items.end(), std::back_inserter(found.devices));
    }
    return found;
}

}  // namespace

DeviceQuery device_query(const Call& call) {
    DeviceQuery query{.app = call.app,
                      .node_id = query_value(call, {"nodeId"}),
                      .gateway_id = query_value(call, {"gatewayId"}),
                      .product_id = query_value(call, {"productId"}),
                      .manufacturer_name = query_value(call, {"manufacturerName", "manufactureName"}),
                      .device_type = query_value(call, {"deviceType"}),
                      .model = query_value(call, {"model"}),
                      .protocol = query_value(call, {"protocolType"})};
    query.fits_nothing = query_value(call, {"nodeType"}).value_or("ENDPOINT") != "ENDPOINT";
    for (const auto name : kNotServed) {
        if (query_value(call, {name})) query.not_served = name;
    }
    return query;
}

Result<DevicesFound> find_devices(Transaction& tx, const DeviceQuery& query, const ports::PageRequest& page) {
    if (query.fits_nothing) return DevicesFound{};
    if (query.node_id || query.gateway_id) return find_one(tx, query, page);
    if (names_a_model(query)) return find_of_products(tx, query, page);
    const ports::DeviceFilter filter{.app = query.app};
    auto devices = tx.devices().list(filter, page);
    if (!devices) return devices.error();
    const auto total = tx.devices().count(filter);
    if (!total) return total.error();
    return DevicesFound{.devices = std::move(devices->items), .total = *total};
}

}  // namespace cellwise::northbound
