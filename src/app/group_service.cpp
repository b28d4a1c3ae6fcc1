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

Result<domain::Group> find(ports::Transaction& tx, const GroupId& id) {
    auto found = tx.groups().find(id);
    if (!found) return found.error();
    if (!*found) return no_such_group(id);
    return **found;
}

Result<domain::Group> insert(ports::Transaction& tx, const domain::Group& group,
                             const std::vector<DeviceId>& devices) {
    if (auto ok = check_app(tx, group.app); !ok) return ok.error();
    if (auto ok = check_devices(tx, group.app, devices); !ok) return ok.error();
    if (auto inserted = tx.groups().insert(group); !inserted) return inserted.error();
    if (auto added = tx.groups().add_members(group.id, devices); !added) return added.error();
    return group;
}

}  // namespace

GroupService::GroupService(ports::Database& database, ports::Clock& clock, ports::Random& random)
    : database_(database), clock_(clock), random_(random) {}

void GroupService::create(NewGroup group, Created done) {
    if (auto ok = check_text("name", group.name, {1, 50}); !ok) return done(ok.error());
    if (auto ok = check_text("description", group.description, {0, 1024}); !ok) return done(ok.error());
    const auto now = clock_.now();
    const domain::Group row{.id = new_timed_id<GroupId>(random_, now),
                            .app = group.app,
                            .name = std::move(group.name),
                            .description = std::move(group.description),
                            .created_at = now};
    const auto work = [row, devices = std::move(group.devices)](ports::Transaction& tx) {
        return insert(tx, row, devices);
    };
    write<domain::Group>(database_, work, std::move(done));
}

void GroupService::add_members(const GroupId& id, std::vector<DeviceId> devices, Done done) {
    const auto work = [id, devices = std::move(devices)](ports::Transaction& tx) -> Status {
        const auto group = find(tx, id);
        if (!group) return group.error();
        if (auto ok = check_devices(tx, group->app, devices); !ok) return ok;
        return tx.groups().add_members(id, devices);
    };
    database_.write(work, std::move(done));
}

void GroupService::remove_members(const GroupId& id, std::vector<DeviceId> devices, Done done) {
    const auto work = [id, devices = std::move(devices)](ports::Transaction& tx) -> Status {
        if (auto group = find(tx, id); !group) return group.error();
        return tx.groups().remove_members(id, devices);
    };
    database_.write(work, std::move(done));
}

void GroupService::erase(const GroupId& id, Done done) {
    const auto work = [id](ports::Transaction& tx) -> Status {
        const auto erased = tx.groups().erase(id);
        if (!erased) return erased.error();
        if (!*erased) return no_such_group(id);
        return {};
    };
    database_.write(work, std::move(done));
}

}  // namespace cellwise::app
