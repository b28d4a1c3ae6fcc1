// SPDX-License-Identifier: Apache-2.0
#include "app/device_portrait.hpp"

#include "app/transact.hpp"

#include <functional>
#include <utility>

namespace cellwise::app {
namespace {

using Found = DevicePortraits::Found;

using FindProduct = std::function<Result<std::optional<domain::Product>>(ports::Transaction&, const ProductId&)>;

/// What is stored of the radio of a device that reports it on its own: one that speaks LwM2M (CoAP) is asked, and
/// what it said is in its registration.
Result<std::optional<domain::RadioReport>> reported_radio(ports::Transaction& tx, const DevicePortrait& portrait) {
    if (portrait.product && portrait.product->protocol != domain::Protocol::Mqtt) return std::nullopt;
    return tx.radio_reports().find(portrait.device.id);
}

Result<Found> portray(ports::Transaction& tx, const DeviceId& id, const FindProduct& find_product) {
    auto device = tx.devices().find(id);
    if (!device) return device.error();
    if (!*device) return Found{};
    const auto portrait = std::make_shared<DevicePortrait>();
    portrait->device = std::move(**device);
    auto product = find_product(tx, portrait->device.product);
    if (!product) return product.error();
    portrait->product = std::move(*product);
    auto registration = tx.registrations().find_by_device(id);
    if (!registration) return registration.error();
    portrait->registration = std::move(*registration);
    auto job = tx.jobs().find_running(id);
    if (!job) return job.error();
    portrait->running_job = std::move(*job);
    auto radio = reported_radio(tx, *portrait);
    if (!radio) return radio.error();
    portrait->radio = std::move(*radio);
    auto details = tx.devices().find_details(id);
    if (!details) return details.error();
    if (*details) portrait->entered_cell = std::move((*details)->cell);
    return Found(portrait);
}

}  // namespace

Result<Found> DevicePortraits::find(const DeviceId& id) const {
    const auto key = id.str();
    const auto version = database_.version();
    const auto now = clock_.now();
    if (auto known = reads_.find(key, version, now)) return std::move(*known);
    const auto find_product = [&](ports::Transaction& tx, const ProductId& product_id) {
        return product(tx, product_id, version, now);
    };
    auto found = read<Found>(database_, [&](ports::Transaction& tx) { return portray(tx, id, find_product); });
    // An id that nobody bears is not worth a place: strangers to us can make up as many as they like.
    if (found && *found) reads_.keep(key, version, now, *found);
    return found;
}

/// Products are few: between two commits each is read once for all its devices.
Result<std::optional<domain::Product>> DevicePortraits::product(ports::Transaction& tx, const ProductId& id,
                                                                std::uint64_t version, Timestamp now) const {
    if (id.empty()) return std::nullopt;
    const auto key = id.str();
    if (auto known = products_.find(key, version, now)) return known;
    auto found = tx.products().find(id);
    if (found && *found) products_.keep(key, version, now, **found);
    return found;
}

}  // namespace cellwise::app
