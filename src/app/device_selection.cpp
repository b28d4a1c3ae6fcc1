// SPDX-License-Identifier: Apache-2.0
#include "app/device_selection.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::app {

namespace {

/// False: both are set, and differ.
template <class T>
bool combine(std::optional<T>& into, const std::optional<T>& by) {
    if (!by) return true;
    if (into && *into != *by) return false;
    into = by;
    return true;
}

/// The same for beginnings: the longer one says more.
bool combine_prefix(std::optional<std::string>& into, const std::optional<std::string>& by) {
    if (!by || (into && into->starts_with(*by))) return true;
    if (into && !by->starts_with(*into)) return false;
    into = by;
    return true;
}

Result<bool> fits(ports::Transaction& tx, const DeviceSelection& selection, const domain::Device& device,
                  const Moment& moment) {
    if (selection.name && device.name.find(*selection.name) == std::string::npos) return false;
    if (!selection.status) return true;
    const auto registration = tx.registrations().find_by_device(device.id);
    if (!registration) return registration.error();
    const auto product = tx.products().find(device.product);
    if (!product) return product.error();
    return status_of(device, *product, *registration, moment) == *selection.status;
}

}  // namespace

DeviceSelection narrowed(DeviceSelection selection, const DeviceSelection& by) {
    auto& filter = selection.filter;
    const bool possible = combine(filter.app, by.filter.app) && combine(filter.product, by.filter.product) &&
                          combine_prefix(filter.node_id_prefix, by.filter.node_id_prefix) &&
                          combine(filter.software_version, by.filter.software_version) &&
                          combine(selection.status, by.status);
    if (by.filter.group) filter.group = by.filter.group;
    if (by.name) selection.name = by.name;
    selection.nothing = selection.nothing || by.nothing || !possible;
    return selection;
}

DeviceSelection members_of(const domain::Group& group) {
    if (!group.filter) return {.filter = {.group = group.id}};
    DeviceSelection selection{.filter = {.product = group.filter->product,
                                         .node_id_prefix = group.filter->node_id_prefix,
                                         .software_version = group.filter->software_version},
                              .status = group.filter->status};
    if (!group.app.empty()) selection.filter.app = group.app;
    return selection;
}

DeviceSelection members_of(const domain::Group& group, const ProductId& product) {
    auto selection = members_of(group);
    selection.nothing = selection.filter.product && *selection.filter.product != product;
    selection.filter.product = product;
    return selection;
}

Result<ports::Page<domain::Device>> select(ports::Transaction& tx, const DeviceSelection& selection,
                                           const ports::PageRequest& page, const Moment& moment) {
    if (selection.nothing) return ports::Page<domain::Device>{};
    auto found = tx.devices().list(selection.filter, page);
    if (!found || (!selection.status && !selection.name)) return found;
    std::vector<domain::Device> fitting;
    for (auto& device : found->items) {
        const auto fit = fits(tx, selection, device, moment);
        if (!fit) return fit.error();
        if (*fit) fitting.push_back(std::move(device));
    }
    found->items = std::move(fitting);
    return found;
}

}  // namespace cellwise::app
