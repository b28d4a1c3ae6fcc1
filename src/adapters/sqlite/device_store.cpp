// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/device_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Device;

const std::string kColumns = "id, app, node_id, product, name, software_version, created_at, last_seen_at";
const std::string kInsert = "INSERT INTO devices (" + kColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
const std::string kUpdate =
    "UPDATE devices SET app = ?, node_id = ?, product = ?, name = ?, software_version = ?, created_at = ?,"
    " last_seen_at = ? WHERE id = ?";
// Most saves only say when the device was seen: one that writes no indexed column leaves five indexes alone.
const std::string kUpdateUnindexed =
    "UPDATE devices SET name = ?, created_at = ?, last_seen_at = ?"
    " WHERE id = ? AND app = ? AND node_id = ? AND product IS ? AND software_version = ?";
const std::string kRecordVersion = "UPDATE devices SET software_version = ? WHERE id = ?";
const std::string kDelete = "DELETE FROM devices WHERE id = ?";
const std::string kMarkErased = "INSERT INTO erased_devices (id) VALUES (?)";
const std::string kAnyErased = "SELECT id FROM erased_devices LIMIT 1";
const std::string kUnmarkErased = "DELETE FROM erased_devices WHERE id = ?";
const std::string kDeleteSomeUplinks =
    "DELETE FROM uplinks WHERE sequence IN (SELECT sequence FROM uplinks WHERE device = ? LIMIT ?)";
const std::string kDeleteTimeline = "DELETE FROM device_events WHERE device = ?";
// What an erased group has left of its list is no list any more.
const std::string kIsListed = "EXISTS (SELECT 1 FROM device_groups WHERE id = ? AND erased = 0)";
const std::string kCountMembers = "SELECT count(*) FROM group_members WHERE group_id = ? AND " + kIsListed;
const std::string kFind = "SELECT " + kColumns + " FROM devices WHERE id = ?";
const std::string kOwner = "SELECT app, product FROM devices WHERE id = ?";
const std::string kFindByNodeId = "SELECT " + kColumns + " FROM devices WHERE node_id = ?";

const std::string kDetails =
    "device, verify_code, end_user_id, imsi, manufacturer_id, protocol, mute, location, region, timezone,"
    " organization, tags, secure, sealed_psk, sealed_secret, timeout_seconds, expires_at, cell";
const std::string kSaveDetails = "INSERT OR REPLACE INTO device_details (" + kDetails +
                                 ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const std::string kFindDetails = "SELECT " + kDetails + " FROM device_details WHERE device = ?";
const std::string kExpired =
    "SELECT " + kDetails + " FROM device_details WHERE expires_at <= ? ORDER BY expires_at LIMIT ?";

domain::DeviceDetails read_details(Query& row) {
    return {.device = row.id<DeviceId>(),
            .verify_code = row.text(),
            .end_user_id = row.text(),
            .imsi = row.text(),
            .manufacturer_id = row.text(),
            .protocol = row.text(),
            .mute = row.text(),
            .location = row.text(),
            .region = row.text(),
            .timezone = row.text(),
            .organization = row.text(),
            .tags = row.text(),
            .secure = row.flag(),
            .sealed_psk = row.text(),
            .sealed_secret = row.text(),
            .timeout_seconds = row.number<std::uint32_t>(),
            .expires_at = row.maybe_time(),
            .cell = row.text()};
}

Device read_device(Query& row) {
    return {.id = row.id<DeviceId>(),
            .app = row.id<AppId>(),
            .node_id = row.text(),
            .product = row.maybe_id<ProductId>().value_or(ProductId{}),
            .name = row.text(),
            .software_version = row.version(),
            .created_at = row.time(),
            .last_seen_at = row.maybe_time()};
}

/// NULL where there is none yet: a foreign key has no other word for it.
std::optional<ProductId> product_of(const Device& device) {
    return device.product.empty() ? std::nullopt : std::optional(device.product);
}

Error duplicate(const Device& device) {
    return conflict("device.node_id.duplicate", "a device of this node id exists", printable(device.node_id));
}
Error no_product(const Device& device) {
    return not_found("product.not_found", "no product bears this id", device.product.str());
}

/// What is greater than every text that begins with `prefix`; empty: nothing is.
std::string end_of_prefix(std::string prefix) {
    while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xFF) prefix.pop_back();
    if (!prefix.empty()) prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
    return prefix;
}

Error no_device(const DeviceId& id) { return not_found("device.not_found", "no device bears this id", id.str()); }

struct Selection {
    std::string from;   ///< the tables, in the order in which they are walked
    std::string order;  ///< the column that the list is ordered by: always one that the walk comes along anyway
    std::string key;    ///< its value as the cursor says it
    Conditions conditions{};
};

Selection select(const ports::DeviceFilter& filter) {
    const bool has_prefix = filter.node_id_prefix && !filter.node_id_prefix->empty();
    Selection selection{" FROM devices", "devices.id", "devices.id"};
    if (filter.group) {
        selection = {" FROM group_members CROSS JOIN devices ON devices.id = group_members.device",
                     "group_members.device", "group_members.device"};
        selection.conditions.add("group_members.group_id = ? AND " + kIsListed, *filter.group, *filter.group);
    } else if (has_prefix) {
        // A node id may be any bytes, a cursor travels in URLs.
        selection = {" FROM devices", "devices.node_id", "lower(hex(devices.node_id))"};
    }
    // A "+" keeps SQLite from going along an index of the column: where the order comes from another one, that would
    // be a sort of all that the index leads to.
    const bool is_by_id = selection.order == "devices.id";
    selection.conditions.add_if(is_by_id ? "devices.app = ?" : "+devices.app = ?", filter.app);
    selection.conditions.add_if(is_by_id ? "devices.product = ?" : "+devices.product = ?", filter.product);
    selection.conditions.add_if(is_by_id ? "devices.software_version = ?" : "+devices.software_version = ?",
                                filter.software_version);
    if (has_prefix) {
        selection.conditions.add("devices.node_id >= ?", *filter.node_id_prefix);
        const auto end = end_of_prefix(*filter.node_id_prefix);
        if (!end.empty()) selection.conditions.add("devices.node_id < ?", end);
    }
    return selection;
}

}  // namespace

Status DeviceStore::insert(const Device& device) try {
    Query(connection_, kInsert, device.id, device.app, device.node_id, product_of(device), device.name,
          device.software_version, device.created_at, device.last_seen_at)
        .run();
    return {};
} catch (...) {
    return caught({{"devices.node_id", duplicate(device)},
                   {"devices.id", conflict("device.duplicate", "a device of this id exists", device.id.str())},
                   {kForeignKey, no_product(device)}});
}

Status DeviceStore::save(const Device& device) try {
    int changed = Query(connection_, kUpdateUnindexed, device.name, device.created_at, device.last_seen_at, device.id,
                        device.app, device.node_id, product_of(device), device.software_version)
                      .run();
    if (changed == 0) {
        changed = Query(connection_, kUpdate, device.app, device.node_id, product_of(device), device.name,
                        device.software_version, device.created_at, device.last_seen_at, device.id)
                      .run();
    }
    if (changed == 0) return not_found("device.not_found", "no device bears this id", device.id.str());
    return {};
} catch (...) {
    return caught({{"devices.node_id", duplicate(device)}, {kForeignKey, no_product(device)}});
}

Result<bool> DeviceStore::erase(const DeviceId& id) try {
    if (Query(connection_, kDelete, id).run() == 0) return false;
    Query(connection_, kDeleteTimeline, id).run();  // 200 rows at most
    Query(connection_, kMarkErased, id).run();
    return true;
} catch (...) {
    return caught();
}

Result<std::int64_t> DeviceStore::erase_remains(std::uint32_t limit) try {
    std::int64_t erased = 0;
    while (erased < limit) {
        DeviceId device;
        {
            Query row(connection_, kAnyErased);
            if (!row.next()) break;
            device = row.id<DeviceId>();
        }
        erased += Query(connection_, kDeleteSomeUplinks, device, limit - erased).run();
        // Below the limit nothing of it is left.
        if (erased < limit) erased += Query(connection_, kUnmarkErased, device).run();
    }
    return erased;
} catch (...) {
    return caught();
}

Result<std::optional<Device>> DeviceStore::find(const DeviceId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_device(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::vector<std::optional<ports::DeviceOwner>>> DeviceStore::owners(std::span<const DeviceId> ids) try {
    std::vector<std::optional<ports::DeviceOwner>> owners;
    owners.reserve(ids.size());
    Query row(connection_, kOwner);
    for (const auto& id : ids) {
        row.rebind(id);
        auto& owner = owners.emplace_back();
        if (!row.next()) continue;
        owner.emplace(ports::DeviceOwner{.app = row.id<AppId>()});
        owner->product = row.maybe_id<ProductId>().value_or(ProductId{});
    }
    return owners;
} catch (...) {
    return caught();
}

Result<std::optional<Device>> DeviceStore::find_by_node_id(std::string_view node_id) try {
    Query row(connection_, kFindByNodeId, node_id);
    return row.next() ? std::optional(read_device(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<Device>> DeviceStore::list(const ports::DeviceFilter& filter, const ports::PageRequest& page) try {
    auto selection = select(filter);
    auto after = page.after;
    if (selection.key != selection.order) {
        Bytes bytes;
        if (!from_hex(after, bytes)) return malformed_cursor(after);
        after = as_text(bytes);
    }
    selection.conditions.add(selection.order + " > ?", after);
    Query rows(connection_,
               "SELECT " + selection.key +
                   ", devices.id, app, node_id, product, name, software_version, created_at, last_seen_at" +
                   selection.from + selection.conditions.sql() + " ORDER BY " + selection.order +
                   " LIMIT ? OFFSET ?");
    selection.conditions.bind_to(rows);
    return read_page(rows, page, read_device);
} catch (...) {
    return caught();
}

Result<std::int64_t> DeviceStore::count(const ports::DeviceFilter& filter) try {
    if (filter == ports::DeviceFilter{.group = filter.group} && filter.group) {
        // Every member is a device: their rows need not be looked at.
        Query members(connection_, kCountMembers, *filter.group, *filter.group);
        members.next();
        return members.integer();
    }
    const auto selection = select(filter);
    Query row(connection_, "SELECT count(*)" + selection.from + selection.conditions.sql());
    selection.conditions.bind_to(row);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

Status DeviceStore::record_version(const DeviceId& id, const domain::Version& version) try {
    Query(connection_, kRecordVersion, version, id).run();
    return {};
} catch (...) {
    return caught();
}

Status DeviceStore::save_details(const domain::DeviceDetails& details) try {
    Query(connection_, kSaveDetails, details.device, details.verify_code, details.end_user_id, details.imsi,
          details.manufacturer_id, details.protocol, details.mute, details.location, details.region, details.timezone,
          details.organization, details.tags, details.secure, details.sealed_psk, details.sealed_secret,
          details.timeout_seconds, details.expires_at, details.cell)
        .run();
    return {};
} catch (...) {
    return caught({{kForeignKey, no_device(details.device)}});
}

Result<std::optional<domain::DeviceDetails>> DeviceStore::find_details(const DeviceId& id) try {
    Query row(connection_, kFindDetails, id);
    return row.next() ? std::optional(read_details(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::vector<domain::DeviceDetails>> DeviceStore::expired(Timestamp now, std::uint32_t limit) try {
    std::vector<domain::DeviceDetails> out;
    Query rows(connection_, kExpired, now, limit);
    while (rows.next()) out.push_back(read_details(rows));
    return out;
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
