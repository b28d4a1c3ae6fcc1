// SPDX-License-Identifier: Apache-2.0
#include "app/device_portrait.hpp"

#include "app/transact.hpp"

#include <utility>

namespace cellwise::app {
namespace {

using Found = DevicePortraits::Found;

Result<Found> portray(ports::Transaction& tx, const DeviceId& id) {
    auto device = tx.devices().find(id);
    if (!device) return device.error();
    if (!*device) return Found{};
    auto product = tx.products().find((*device)->product);
    if (!product) return product.error();
    auto registration = tx.registrations().find_by_device(id);
    if (!registration) return registration.error();
    auto job = tx.jobs().find_running(id);
    if (!job) return job.error();
    auto radio = tx.radio_reports().find(id);
    if (!radio) return radio.error();
    auto details = tx.devices().find_details(id);
    if (!details) return details.error();
    return std::make_shared<const DevicePortrait>(
        DevicePortrait{.device = std::move(**device),
                       .product = std::move(*product),
                       .registration = std::move(*registration),
                       .running_job = std::move(*job),
                       .radio = std::move(*radio),
                       .entered_cell = *details ? std::move((*details)->cell) : std::string{}});
}

}  // namespace

Result<Found> DevicePortraits::find(const DeviceId& id) const {
    const auto key = id.str();
    const auto version = database_.version();
    const auto now = clock_.now();
    if (auto known = reads_.find(key, version, now)) return std::move(*known);
    auto found = read<Found>(database_, [&id](ports::Transaction& tx) { return portray(tx, id); });
    // An id that nobody bears is not worth a place: strangers to us can make up as many as they like.
    if (found && *found) reads_.keep(key, version, now, *found);
    return found;
}

}  // namespace cellwise::app
