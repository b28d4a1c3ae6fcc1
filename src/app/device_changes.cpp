// SPDX-License-Identifier: Apache-2.0
#include "app/device_changes.hpp"

#include "app/device_notices.hpp"
#include "app/device_status.hpp"
#include "app/text_rules.hpp"

#include <utility>

namespace cellwise::app::device_changes {
namespace {

constexpr std::size_t kNodeIdBytes = 256;
constexpr Length kDeviceNameLength{0, 128};
constexpr Duration kExpiryRetry{60'000};

Status check_node_id(const std::string& node_id) {
    if (node_id.size() > kNodeIdBytes) {
        return invalid("text.invalid", "nodeId", "nodeId must have 1 to 256 bytes", node_id.substr(0, 64));
    }
    return check_text("nodeId", node_id, {1, kNodeIdBytes});
}

Error no_such_device(const DeviceId& id) {
    return not_found("device.not_found", "there is no such device", id.str());
}

/// The id of the product that is meant; the empty one when none is named.
Result<ProductId> resolve(ports::Transaction& tx, const std::optional<ProductId>& id,
                          const std::optional<ModelName>& name) {
    if (id) {
        auto found = tx.products().find(*id);
        if (!found) return found.error();
        if (!*found) return invalid("device.product.unknown", "productId", "there is no such product", id->str());
        return *id;
    }
    if (!name) return ProductId{};
    auto found = tx.products().find_model(name->manufacturer_name, name->device_type, name->model);
    if (!found) return found.error();
    if (*found) return (*found)->id;
    return invalid("device.product.unknown", "deviceInfo",
                   "no product has this manufacturerName, deviceType and model",
                   name->manufacturer_name + '/' + name->device_type + '/' + name->model);
}

Status check_app(ports::Transaction& tx, const AppId& app) {
    if (app.empty()) return {};
    const auto found = tx.applications().find(app);
    if (!found) return found.error();
    if (!*found) return invalid("device.app.unknown", "appId", "there is no such application", app.str());
    return {};
}

Status check_texts(const NewDevice& device) {
    if (auto ok = check_node_id(device.node_id); !ok) return ok;
    return check_text("name", device.name, kDeviceNameLength);
}

/// The device, if it exists for that owner.
Result<domain::Device> find(ports::Transaction& tx, const DeviceId& id, const std::optional<AppId>& owner) {
    auto found = tx.devices().find(id);
    if (!found) return found.error();
    if (!*found || (owner && (*found)->app != *owner)) return no_such_device(id);
    return **found;
}

Result<std::optional<Timestamp>> heard_at(ports::Transaction& tx, const domain::Device& device) {
    const auto registration = tx.registrations().find_by_device(device.id);
    if (!registration) return registration.error();
    return last_heard(device, *registration);
}

Status save_details(ports::Transaction& tx, const DeviceId& id, const DetailsChange& change, Timestamp now) {
    if (change.says_nothing()) return {};
    auto stored = tx.devices().find_details(id);
    if (!stored) return stored.error();
    auto details = (*stored).value_or(domain::DeviceDetails{.device = id});
    lay_over(details, change, now);
    return tx.devices().save_details(details);
}

Status check_idle(ports::Transaction& tx, const DeviceId& id) {
    const auto running = tx.jobs().find_running(id);
    if (!running) return running.error();
    if (!*running) return {};
    return conflict("device.upgrading", "an upgrade of the device runs; stop its task first", (*running)->task.str());
}

/// Under another node id it is another device on the air: what the former one registered is not its own.
Status take_node_id(ports::Transaction& tx, domain::Device& device, const std::string& node_id) {
    if (auto ok = check_node_id(node_id); !ok) return ok;
    if (auto ok = check_idle(tx, device.id); !ok) return ok;
    device.node_id = node_id;
    device.last_seen_at = std::nullopt;
    const auto erased = tx.registrations().erase(device.id);
    return erased ? Status{} : Status{erased.error()};
}

Status check_offline(ports::Transaction& tx, const domain::Device& device, const Moment& moment) {
    const auto registration = tx.registrations().find_by_device(device.id);
    if (!registration) return registration.error();
    const auto product = tx.products().find(device.product);
    if (!product) return product.error();
    if (status_of(device, *product, *registration, moment) != DeviceStatus::Online) return {};
    return conflict("device.online", "the device is online; this is changed while it is offline", device.id.str());
}

Status apply(ports::Transaction& tx, domain::Device& device, const DeviceChange& change) {
    if (change.name) {
        if (auto ok = check_text("name", *change.name, kDeviceNameLength); !ok) return ok;
        device.name = *change.name;
    }
    if (change.product || change.model) {
        const auto product = resolve(tx, change.product, change.model);
        if (!product) return product.error();
        device.product = *product;
    }
    return {};
}

/// When it is to be looked at again; nothing when it has been heard: then it is not a device that never came. Its
/// upgrade, if one waits for it, has an end of its own.
Result<std::optional<Timestamp>> expiry_of(ports::Transaction& tx, const domain::Device& device, Timestamp now) {
    const auto heard = heard_at(tx, device);
    if (!heard) return heard.error();
    if (*heard) return std::optional<Timestamp>{};
    const auto running = tx.jobs().find_running(device.id);
    if (!running) return running.error();
    return std::optional(*running ? now + kExpiryRetry : now);
}

}  // namespace

Result<domain::Device> insert(ports::Transaction& tx, const NewDevice& wanted, domain::Device device,
                              const ports::NoticeText& notices) {
    if (auto ok = check_texts(wanted); !ok) return ok.error();
    if (auto ok = check_app(tx, wanted.app); !ok) return ok.error();
    const auto product = resolve(tx, wanted.product, wanted.model);
    if (!product) return product.error();
    device.product = *product;
    if (auto inserted = tx.devices().insert(device); !inserted) return inserted.error();
    if (auto saved = save_details(tx, device.id, wanted.details, device.created_at); !saved) return saved.error();
    const auto told = append_notice(tx, notices, domain::NotifyType::DeviceAdded, device, device.created_at);
    if (!told) return told.error();
    return device;
}

Result<Changed> change(ports::Transaction& tx, const DeviceId& id, const std::optional<AppId>& owner,
                       const DeviceChange& change, const ports::NoticeText& notices, const Moment& moment) {
    const auto now = moment.now;
    const auto former = find(tx, id, owner);
    if (!former) return former.error();
    if (change.only_offline) {
        if (auto ok = check_offline(tx, *former, moment); !ok) return ok.error();
    }
    Changed changed{.device = *former, .former = *former};
    if (auto ok = apply(tx, changed.device, change); !ok) return ok.error();
    if (change.node_id && *change.node_id != former->node_id) {
        if (auto ok = take_node_id(tx, changed.device, *change.node_id); !ok) return ok.error();
        changed.has_new_node_id = true;
    }
    changed.has_new_login =
        changed.has_new_node_id || change.details.secret.has_value() || changed.device.product != former->product;
    if (auto saved = tx.devices().save(changed.device); !saved) return saved.error();
    if (auto saved = save_details(tx, id, change.details, now); !saved) return saved.error();
    if (changed.device == *former && change.details.says_nothing()) return changed;
    const auto told = append_notice(tx, notices, domain::NotifyType::DeviceInfoChanged, changed.device, now);
    if (!told) return told.error();
    return changed;
}

Result<domain::Device> erase(ports::Transaction& tx, const DeviceId& id, const std::optional<AppId>& owner,
                             const ports::NoticeText& notices, Timestamp now) {
    const auto device = find(tx, id, owner);
    if (!device) return device.error();
    if (auto ok = check_idle(tx, id); !ok) return ok.error();
    if (auto told = append_notice(tx, notices, domain::NotifyType::DeviceDeleted, *device, now); !told) {
        return told.error();
    }
    if (const auto erased = tx.devices().erase(id); !erased) return erased.error();
    return *device;
}

Result<std::vector<domain::Device>> expire(ports::Transaction& tx, const ports::NoticeText& notices, Timestamp now,
                                           std::uint32_t limit) {
    const auto expired = tx.devices().expired(now, limit);
    if (!expired) return expired.error();
    std::vector<domain::Device> erased;
    for (auto details : *expired) {
        const auto device = find(tx, details.device, std::nullopt);
        if (!device) return device.error();
        const auto expiry = expiry_of(tx, *device, now);
        if (!expiry) return expiry.error();
        if (*expiry == now) {
            if (auto gone = erase(tx, device->id, std::nullopt, notices, now); !gone) return gone.error();
            erased.push_back(*device);
        } else {
            details.expires_at = *expiry;
            if (auto saved = tx.devices().save_details(details); !saved) return saved.error();
        }
    }
    return erased;
}

}  // namespace cellwise::app::device_changes
