// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/group_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Group;

const std::string kColumns = "id, app, name, description, created_at";
const std::string kInsert = "INSERT INTO device_groups (" + kColumns + ") VALUES (?, ?, ?, ?, ?)";
const std::string kDelete = "DELETE FROM device_groups WHERE id = ?";
const std::string kFind = "SELECT " + kColumns + " FROM device_groups WHERE id = ?";
const std::string kFindByName = "SELECT " + kColumns + " FROM device_groups WHERE app = ? AND name = ?";
const std::string kExists = "SELECT 1 FROM device_groups WHERE id = ?";
const std::string kAddMember =
    "INSERT INTO group_members (group_id, device) VALUES (?, ?) ON CONFLICT (group_id, device) DO NOTHING";
const std::string kRemoveMember = "DELETE FROM group_members WHERE group_id = ? AND device = ?";

Group read_group(Query& row) {
    return {.id = row.id<GroupId>(),
            .app = row.id<AppId>(),
            .name = row.text(),
            .description = row.text(),
            .created_at = row.time()};
}

Error no_group(const GroupId& id) { return not_found("group.not_found", "no group bears this id", id.str()); }

}  // namespace

Status GroupStore::insert(const Group& group) try {
    Query(connection_, kInsert, group.id, group.app, group.name, group.description, group.created_at).run();
    return {};
} catch (...) {
    const auto duplicate = conflict("group.duplicate", "the application has a group of this name", group.name);
    return caught({{"device_groups.app, device_groups.name", duplicate}, {"device_groups.id", duplicate}});
}

Result<bool> GroupStore::erase(const GroupId& id) try {
    return Query(connection_, kDelete, id).run() > 0;
} catch (...) {
    return caught();
}

Result<std::optional<Group>> GroupStore::find(const GroupId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_group(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Group>> GroupStore::find_by_name(const AppId& app, std::string_view name) try {
    Query row(connection_, kFindByName, app, name);
    return row.next() ? std::optional(read_group(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Status GroupStore::add_members(const GroupId& id, std::span<const DeviceId> devices) {
    DeviceId device{};
    try {
        if (!Query(connection_, kExists, id).next()) return no_group(id);
        for (const auto& each : devices) {
            device = each;
            Query(connection_, kAddMember, id, device).run();
        }
        return {};
    } catch (...) {
        return caught({{kForeignKey, not_found("device.not_found", "no device bears this id", device.str())}});
    }
}

Status GroupStore::remove_members(const GroupId& id, std::span<const DeviceId> devices) try {
    if (!Query(connection_, kExists, id).next()) return no_group(id);
    for (const auto& device : devices) Query(connection_, kRemoveMember, id, device).run();
    return {};
} catch (...) {
    return caught();
}

Result<ports::Page<Group>> GroupStore::list(const std::optional<AppId>& app, const ports::PageRequest& page) try {
    Conditions conditions;
    conditions.add_if("app = ?", app);
    conditions.add("id > ?", page.after);
    Query rows(connection_,
               "SELECT id, " + kColumns + " FROM device_groups" + conditions.sql() + " ORDER BY id LIMIT ? OFFSET ?");
    conditions.bind_to(rows);
    return read_page(rows, page, read_group);
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
