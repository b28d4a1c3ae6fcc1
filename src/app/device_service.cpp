// SPDX-License-Identifier: Apache-2.0
#include "app/device_service.hpp"

#include "app/new_id.hpp"
#include "app/text_rules.hpp"
#include "app/transact.hpp"

#include <utility>

namespace cellwise::app {
namespace {

constexpr std::size_t kNodeIdBytes = 256;
constexpr Length kNameLength{0, 128};

Status check_node_id(const std::string& node_id) {
    if (node_id.size() > kNodeIdBytes) {
        return invalid("text.invalid", "nodeId", "nodeId must have 1 to 256 bytes", node_id.substr(0, 64));
    }
    return check_text("nodeId", node_id, {1, kNodeIdBytes});
}

Error no_such_device(const DeviceId& id) {
    return not_found("device.not_found", "there is no such device", id.str());
}

/// Storage failed, as opposed to: this row is wrong.
bool is_fatal(const Error& error) {
    return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::StorageFull ||
           error.kind == ErrorKind::Internal;
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
    return check_text("name", device.name, kNameLength);
}

/// One device, wholly or not at all: every check comes before the first write.
Result<domain::Device> insert(ports::Transaction& tx, const NewDevice& wanted, domain::Device device) {
    if (auto ok = check_texts(wanted); !ok) return ok.error();
    if (auto ok = check_app(tx, wanted.app); !ok) return ok.error();
    const auto product = resolve(tx, wanted.product, wanted.model);
    if (!product) return product.error();
    device.product = *product;
    if (auto inserted = tx.devices().insert(device); !inserted) return inserted.error();
    return device;
}

/// The device, if it exists for that owner.
Result<domain::Device> find(ports::Transaction& tx, const DeviceId& id, const std::optional<AppId>& owner) {
    auto found = tx.devices().find(id);
    if (!found) return found.error();
    if (!*found || (owner && (*found)->app != *owner)) return no_such_device(id);
    return **found;
}

Result<domain::Device> apply(ports::Transaction& tx, domain::Device device, const DeviceChange& change) {
    if (change.name) {
        if (auto ok = check_text("name", *change.name, kNameLength); !ok) return ok.error();
        device.name = *change.name;
    }
    if (change.product || change.model) {
        const auto product = resolve(tx, change.product, change.model);
        if (!product) return product.error();
        device.product = *product;
    }
    if (auto saved = tx.devices().save(device); !saved) return saved.error();
    return device;
}

Status erase_idle(ports::Transaction& tx, const DeviceId& id, const std::optional<AppId>& owner) {
    if (auto device = find(tx, id, owner); !device) return device.error();
    const auto running = tx.jobs().find_running(id);
    if (!running) return running.error();
    if (*running) {
        return conflict("device.upgrading", "an upgrade of the device runs; stop its task first",
                        (*running)->task.str());
    }
    const auto erased = tx.devices().erase(id);
    if (!erased) return erased.error();
    return {};
}

}  // namespace

DeviceService::DeviceService(ports::Database& database, ports::Clock& clock, ports::Random& random,
                             OnErased on_erased)
    : database_(database), clock_(clock), random_(random), on_erased_(std::move(on_erased)) {}

domain::Device DeviceService::with_id(const NewDevice& device) {
    return {.id = new_id<DeviceId>(random_),
            .app = device.app,
            .node_id = device.node_id,
            .name = device.name,
            .created_at = clock_.now()};
}

void DeviceService::create(NewDevice device, Changed done) {
    auto row = with_id(device);
    const auto work = [device = std::move(device), row = std::move(row)](ports::Transaction& tx) {
        return insert(tx, device, row);
    };
    write<domain::Device>(database_, work, std::move(done));
}

void DeviceService::create_many(std::vector<NewDevice> devices, Imported done) {
    using Outcomes = std::vector<Result<domain::Device>>;
    std::vector<std::pair<NewDevice, domain::Device>> rows;
    rows.reserve(devices.size());
    for (auto& device : devices) {
        auto row = with_id(device);
        rows.emplace_back(std::move(device), std::move(row));
    }
    const auto work = [rows = std::move(rows)](ports::Transaction& tx) -> Result<Outcomes> {
        Outcomes outcomes;
        outcomes.reserve(rows.size());
        for (const auto& [wanted, row] : rows) {
            auto outcome = insert(tx, wanted, row);
            if (!outcome && is_fatal(outcome.error())) return outcome.error();
            outcomes.push_back(std::move(outcome));
        }
        return outcomes;
    };
    write<Outcomes>(database_, work, std::move(done));
}

void DeviceService::change(const DeviceId& id, std::optional<AppId> owner, DeviceChange change, Changed done) {
    const auto work = [id, owner, change = std::move(change)](ports::Transaction& tx) -> Result<domain::Device> {
        auto device = find(tx, id, owner);
        if (!device) return device.error();
        return apply(tx, std::move(*device), change);
    };
    write<domain::Device>(database_, work, std::move(done));
}

void DeviceService::erase(const DeviceId& id, std::optional<AppId> owner, Done done) {
    const auto work = [id, owner](ports::Transaction& tx) { return erase_idle(tx, id, owner); };
    database_.write(work, [this, id, done = std::move(done)](Status status) {
        if (status && on_erased_) on_erased_(id);
        done(std::move(status));
    });
}

}  // namespace cellwise::app
