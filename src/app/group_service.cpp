// SPDX-License-Identifier: Apache-2.0
#include "app/group_service.hpp"

#include "app/new_id.hpp"
#include "app/text_rules.hpp"
#include "app/transact.hpp"

namespace cellwise::app {
namespace {

Error no_such_group(const GroupId& id) { return not_found("group.not_found", "there is no such group", id.str()); }

/// Every device exists and is of the group's application.
Status check_devices(ports::Transaction& tx, const AppId& app, const std::vector<DeviceId>& devices) {
    for (const auto& id : devices) {
        const auto found = tx.devices().find(id);
        if (!found) return found.error();
        if (!*found || (*found)->app != app) {
            return invalid("group.device.unknown", "deviceIds", "the group's owner has no such device", id.str());
        }
    }
    return {};
}

Status check_app(ports::Transaction& tx, const AppId& app) {
    if (app.empty()) return {};
    const auto found = tx.applications().find(app);
    if (!found) return found.error();
    if (!*found) return invalid("group.app.unknown", "appId", "there is no such application", app.str());
    return {};
}

Status check_filter(const NewGroup& group) {
    if (!group.filter) return {};
    if (!group.devices.empty()) {
        return invalid("group.filter.devices", "filter", "or deviceIds: a group has one of the two");
    }
    const auto& filter = *group.filter;
    if (!filter.product && !filter.node_id_prefix && !filter.software_version && !filter.status) {
        return invalid("group.filter.empty", "filter", "needs productId, nodeId, softwareVersion or status");
    }
    if (filter.node_id_prefix) return check_text("filter.nodeId", *filter.node_id_prefix, {1, 256});
    return {};
}

Status check_product(ports::Transaction& tx, const std::optional<domain::GroupFilter>& filter) {
    if (!filter || !filter->product) return {};
    const auto found = tx.products().find(*filter->product);
    if (!found) return found.error();
    if (*found) return {};
    return invalid("group.filter.product.unknown", "filter.productId", "there is no such product",
                   filter->product->str());
}

Status check_list(const domain::Group& group) {
    if (!group.filter) return {};
    return conflict("group.filter.members", "the group's filter says who its members are", group.id.str());
}

/// The group, if it exists for that owner.
Result<domain::Group> find(ports::Transaction& tx, const GroupId& id, const std::optional<AppId>& owner) {
    auto found = tx.groups().find(id);
    if (!found) return found.error();
    if (!*found || (owner && (*found)->app != *owner)) return no_such_group(id);
    return **found;
}

/// Adds first and looks then: the store counts, and what is refused is undone.
Status add(ports::Transaction& tx, const domain::Group& group, const std::vector<DeviceId>& devices) {
    if (auto ok = check_devices(tx, group.app, devices); !ok) return ok;
    if (auto added = tx.groups().add_members(group.id, devices); !added) return added;
    const auto now = find(tx, group.id, std::nullopt);
    if (!now) return now.error();
    const bool grew = now->members > group.members;
    if (!grew || now->max_devices == 0 || now->members <= std::int64_t{now->max_devices}) return {};
    return conflict("group.full", "the group may have at most so many devices", std::to_string(now->max_devices));
}

Result<domain::Group> insert(ports::Transaction& tx, const domain::Group& group,
                             const std::vector<DeviceId>& devices) {
    if (auto ok = check_app(tx, group.app); !ok) return ok.error();
    if (auto ok = check_product(tx, group.filter); !ok) return ok.error();
    if (auto inserted = tx.groups().insert(group); !inserted) return inserted.error();
    if (auto added = add(tx, group, devices); !added) return added.error();
    return find(tx, group.id, std::nullopt);
}

Result<domain::Group> apply(ports::Transaction& tx, domain::Group group, const GroupChange& change) {
    if (change.name) group.name = *change.name;
    if (change.description) group.description = *change.description;
    if (change.max_devices) group.max_devices = *change.max_devices;
    if (auto saved = tx.groups().save(group); !saved) return saved.error();
    return group;
}

Status check_texts(const std::optional<std::string>& name, const std::optional<std::string>& description) {
    if (name) {
        if (auto ok = check_text("name", *name, {1, 50}); !ok) return ok;
    }
    return description ? check_text("description", *description, {0, 1024}) : Status{};
}

}  // namespace

GroupService::GroupService(ports::Database& database, ports::Clock& clock, ports::Random& random)
    : database_(database), clock_(clock), random_(random) {}

void GroupService::create(NewGroup group, Created done) {
    if (auto ok = check_texts(group.name, group.description); !ok) return done(ok.error());
    if (auto ok = check_filter(group); !ok) return done(ok.error());
    const auto now = clock_.now();
    const domain::Group row{.id = new_timed_id<GroupId>(random_, now),
                            .app = group.app,
                            .name = std::move(group.name),
                            .description = std::move(group.description),
                            .created_at = now,
                            .max_devices = group.max_devices,
                            .filter = std::move(group.filter)};
    const auto work = [row, devices = std::move(group.devices)](ports::Transaction& tx) {
        return insert(tx, row, devices);
    };
    write<domain::Group>(database_, work, std::move(done));
}

void GroupService::change(const GroupId& id, std::optional<AppId> owner, GroupChange change, Created done) {
    if (auto ok = check_texts(change.name, change.description); !ok) return done(ok.error());
    const auto work = [id, owner, change = std::move(change)](ports::Transaction& tx) -> Result<domain::Group> {
        auto group = find(tx, id, owner);
        if (!group) return group.error();
        return apply(tx, std::move(*group), change);
    };
    write<domain::Group>(database_, work, std::move(done));
}

void GroupService::add_members(const GroupId& id, std::optional<AppId> owner, std::vector<DeviceId> devices,
                               Done done) {
    const auto work = [id, owner, devices = std::move(devices)](ports::Transaction& tx) -> Status {
        const auto group = find(tx, id, owner);
        if (!group) return group.error();
        if (auto ok = check_list(*group); !ok) return ok;
        return add(tx, *group, devices);
    };
    database_.write(work, std::move(done));
}

void GroupService::remove_members(const GroupId& id, std::optional<AppId> owner, std::vector<DeviceId> devices,
                                  Done done) {
    const auto work = [id, owner, devices = std::move(devices)](ports::Transaction& tx) -> Status {
        const auto group = find(tx, id, owner);
        if (!group) return group.error();
        if (auto ok = check_list(*group); !ok) return ok;
        return tx.groups().remove_members(id, devices);
    };
    database_.write(work, std::move(done));
}

void GroupService::erase(const GroupId& id, std::optional<AppId> owner, Done done) {
    const auto work = [id, owner](ports::Transaction& tx) -> Status {
        if (auto group = find(tx, id, owner); !group) return group.error();
        const auto erased = tx.groups().erase(id);
        return erased ? Status{} : Status{erased.error()};
    };
    database_.write(work, std::move(done));
}

}  // namespace cellwise::app
