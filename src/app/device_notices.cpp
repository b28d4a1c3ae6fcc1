// SPDX-License-Identifier: Apache-2.0
#include "app/device_notices.hpp"

#include <utility>

namespace cellwise::app {
namespace {

std::string body_of(const ports::NoticeText& text, domain::NotifyType type, const ports::DeviceFacts& facts,
                    Timestamp now) {
    if (type == domain::NotifyType::DeviceAdded) return text.device_added(facts, now);
    if (type == domain::NotifyType::DeviceDeleted) return text.device_deleted(facts.device.id);
    return text.device_info_changed(facts, now);
}

}  // namespace

Result<ports::DeviceFacts> read_facts(ports::Transaction& tx, const domain::Device& device) {
    auto product = tx.products().find(device.product);
    if (!product) return product.error();
    auto registration = tx.registrations().find_by_device(device.id);
    if (!registration) return registration.error();
    auto details = tx.devices().find_details(device.id);
    if (!details) return details.error();
    return ports::DeviceFacts{.device = device,
                              .product = std::move(*product),
                              .registration = std::move(*registration),
                              .details = std::move(*details)};
}

Status append_notice(ports::Transaction& tx, const ports::NoticeText& text, domain::NotifyType type,
                     const domain::Device& device, Timestamp now) {
    if (device.app.empty()) return {};
    const auto subscription = tx.subscriptions().find(device.app, type);
    if (!subscription) return subscription.error();
    if (!*subscription) return {};
    const auto facts = read_facts(tx, device);
    if (!facts) return facts.error();
    const auto appended = tx.outbox().append({.app = device.app,
                                              .type = type,
                                              .device = device.id,
                                              .body = body_of(text, type, *facts, now),
                                              .occurred_at = now,
                                              .due_at = now});
    return appended ? Status{} : Status{appended.error()};
}

}  // namespace cellwise::app
