// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/group_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Group;

const std::string kColumns = "id, app, name, description, created_at, max_devices, members";
const std::string kInsert =
    "INSERT INTO device_groups (id, app, name, description, created_at, max_devices) VALUES (?, ?, ?, ?, ?, ?)";
const std::string kUpdate =
    "UPDATE device_groups SET app = ?, name = ?, description = ?, max_devices = ? WHERE id = ? AND erased = 0";
const std::string kCount = "SELECT count(*) FROM device_groups WHERE app = ?";
// No application is called so: its name is free, and what counts an application's groups need not ask whether one is
// erased.
const std::string kErase =
    "UPDATE device_groups SET erased = 1, app = '-' || id, name = '' WHERE id = ? AND erased = 0";
const std::string kAnyErased = "SELECT id FROM device_groups WHERE erased = 1 LIMIT 1";
const std::string kDeleteSomeMembers =
    "DELETE FROM group_members WHERE (group_id, device) IN"
    " (SELECT group_id, device FROM group_members WHERE group_id = ? LIMIT ?)";
const std::string kDelete = "DELETE FROM device_groups WHERE id = ?";
const std::string kFind = "SELECT " + kColumns + " FROM device_groups WHERE id = ? AND erased = 0";
const std::string kFindByName = "SELECT " + kColumns + " FROM device_groups WHERE app = ? AND name = ?";
const std::string kExists = "SELECT 1 FROM device_groups WHERE id = ? AND erased = 0";
const std::string kAddMember =
    "INSERT INTO group_members (group_id, device) VALUES (?, ?) ON CONFLICT (group_id, device) DO NOTHING";
const std::string kRemoveMember = "DELETE FROM group_members WHERE group_id = ? AND device = ?";

const std::string kAddFilter =
    "INSERT INTO group_filters (group_id, product, node_id_prefix, software_version, status) VALUES (?, ?, ?, ?, ?)";
const std::string kFilter =
    "SELECT product, node_id_prefix, software_version, status FROM group_filters WHERE group_id = ?";

Group read_row(Query& row) {
    return {.id = row.id<GroupId>(),
            .app = row.id<AppId>(),
            .name = row.text(),
            .description = row.text(),
            .created_at = row.time(),
            .max_devices = row.number<std::uint32_t>(),
            .members = row.integer()};
}

Error duplicate(const Group& group) {
    return conflict("group.duplicate", "the application has a group of this name", group.name);
}

std::optional<std::string> word_of(const std::optional<domain::DeviceStatus>& status) {
    return status ? std::optional(std::string(to_string(*status))) : std::nullopt;
}

std::optional<domain::GroupFilter> read_filter(Connection& connection, const GroupId& id) {
    Query row(connection, kFilter, id);
    if (!row.next()) return std::nullopt;
    domain::GroupFilter filter{.product = row.maybe_id<ProductId>(),
                               .node_id_prefix = row.maybe_text(),
                               .software_version = row.maybe_version()};
    if (const auto status = row.maybe_text()) filter.status = domain::parse_device_status(*status);
    return filter;
}

Group read_group(Connection& connection, Query& row) {
    auto group = read_row(row);
    group.filter = read_filter(connection, group.id);
    return group;
}

Error no_group(const GroupId& id) { return not_found("group.not_found", "no group bears this id", id.str()); }

}  // namespace

Status GroupStore::insert(const Group& group) try {
    Query(connection_, kInsert, group.id, group.app, group.name, group.description, group.created_at,
          group.max_devices)
        .run();
    if (const auto& filter = group.filter) {
        Query(connection_, kAddFilter, group.id, filter->product, filter->node_id_prefix, filter->software_version,
              word_of(filter->status))
            .run();
    }
    return {};
} catch (...) {
    return caught(
        {{"device_groups.app, device_groups.name", duplicate(group)}, {"device_groups.id", duplicate(group)}});
}

Status GroupStore::save(const Group& group) try {
    const int changed =
        Query(connection_, kUpdate, group.app, group.name, group.description, group.max_devices, group.id).run();
    return changed > 0 ? Status{} : Status{no_group(group.id)};
} catch (...) {
    return caught({{"device_groups.app, device_groups.name", duplicate(group)}});
}

Result<bool> GroupStore::erase(const GroupId& id) try {
    return Query(connection_, kErase, id).run() > 0;
} catch (...) {
    return caught();
}

Result<std::int64_t> GroupStore::erase_remains(std::uint32_t limit) try {
    std::int64_t deleted = 0;
    while (deleted < limit) {
        GroupId id;
        {
            Query row(connection_, kAnyErased);
            if (!row.next()) break;
            id = row.id<GroupId>();
        }
        deleted += Query(connection_, kDeleteSomeMembers, id, limit - deleted).run();
        // Below the limit none of them is left.
        if (deleted < limit) deleted += Query(connection_, kDelete, id).run();
    }
    return deleted;
} catch (...) {
    return caught();
}

Result<std::optional<Group>> GroupStore::find(const GroupId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_group(connection_, row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Group>> GroupStore::find_by_name(const AppId& app, std::string_view name) try {
    Query row(connection_, kFindByName, app, name);
    return row.next() ? std::optional(read_group(connection_, row)) : std::nullopt;
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
    conditions.add("erased = 0");
    conditions.add_if("app = ?", app);
    conditions.add("id > ?", page.after);
    Query rows(connection_,
               "SELECT id, " + kColumns + " FROM device_groups" + conditions.sql() + " ORDER BY id LIMIT ? OFFSET ?");
    conditions.bind_to(rows);
    return read_page(rows, page, [this](Query& row) { return read_group(connection_, row); });
} catch (...) {
    return caught();
}

Result<std::int64_t> GroupStore::count(const AppId& app) try {
    Query row(connection_, kCount, app);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
