// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/command_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Command;

const std::string kColumns =
    "id, app, device, service_id, method, paras, callback_url, expire_time, max_retransmit, mid, payload, state,"
    " deadline, issued_times, result, created_at, issued_at, delivered_at, settled_at";
const std::string kSelect = "SELECT " + kColumns + " FROM commands ";
const std::string kInsert =
    "INSERT INTO commands (" + kColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const std::string kUpdate =
    "UPDATE commands SET state = ?, deadline = ?, issued_times = ?, result = ?, issued_at = ?, delivered_at = ?,"
    " settled_at = ? WHERE id = ?";
const std::string kFind = kSelect + "WHERE id = ?";
// Letter for letter as in the indexes: SQLite takes a partial index only where it finds its condition again.
const std::string kFindNext =
    kSelect + "INDEXED BY commands_pending WHERE device = ? AND state = 'PENDING' ORDER BY sequence LIMIT 1";
const std::string kFindByMid = kSelect + "WHERE device = ? AND mid = ? ORDER BY sequence DESC LIMIT 1";
const std::string kLastMid =
    "SELECT mid FROM commands WHERE device = ? ORDER BY created_at DESC, sequence DESC LIMIT 1";
const std::string kCountPending =
    "SELECT count(*) FROM commands INDEXED BY commands_pending WHERE device = ? AND state = 'PENDING'";
const std::string kAnyPending =
    "SELECT 1 FROM commands INDEXED BY commands_pending WHERE state = 'PENDING' AND device > '' LIMIT 1";
const std::string kOverdue = kSelect + "WHERE deadline <= ? ORDER BY deadline, sequence LIMIT ?";
const std::string kSent =
    kSelect + "INDEXED BY commands_sent WHERE state = 'SENT' AND device > ? ORDER BY device LIMIT ?";
const std::string kEraseSettled =
    "DELETE FROM commands WHERE sequence IN"
    " (SELECT sequence FROM commands WHERE settled_at < ? ORDER BY settled_at LIMIT ?)";

Command read_command(Query& row) {
    return {.id = row.id<CommandId>(),
            .app = row.id<AppId>(),
            .device = row.id<DeviceId>(),
            .content = {.service_id = row.text(), .method = row.text(), .paras = row.text()},
            .callback_url = row.text(),
            .expire_time = row.span(),
            .max_retransmit = row.number<std::uint32_t>(),
            .mid = row.number<std::uint16_t>(),
            .payload = row.blob(),
            .state = row.named(domain::parse_command_state),
            .deadline = row.maybe_time(),
            .issued_times = row.number<std::uint32_t>(),
            .result = row.text(),
            .created_at = row.time(),
            .issued_at = row.maybe_time(),
            .delivered_at = row.maybe_time(),
            .settled_at = row.maybe_time()};
}

std::optional<Command> read_one(Query& rows) {
    return rows.next() ? std::optional(read_command(rows)) : std::nullopt;
}

std::vector<Command> read_all(Query& rows) {
    std::vector<Command> commands;
    while (rows.next()) commands.push_back(read_command(rows));
    return commands;
}

Error busy(const Command& command) {
    return conflict("command.device_busy", "another command is on its way to the device", command.device.str());
}

Conditions conditions_of(const ports::CommandFilter& filter) {
    Conditions conditions;
    // A device has few commands, an application may have a million: the "+" keeps SQLite to the device's index.
    conditions.add(filter.device ? "+app = ?" : "app = ?", filter.app);
    conditions.add_if("device = ?", filter.device);
    conditions.add_if("created_at >= ?", filter.from);
    conditions.add_if("created_at <= ?", filter.to);
    return conditions;
}

}  // namespace

Status CommandStore::insert(const Command& command) try {
    Query(connection_, kInsert, command.id, command.app, command.device, command.content.service_id,
          command.content.method, command.content.paras, command.callback_url, command.expire_time,
          command.max_retransmit, command.mid, command.payload, to_string(command.state), command.deadline,
          command.issued_times, command.result, command.created_at, command.issued_at, command.delivered_at,
          command.settled_at)
        .run();
    return {};
} catch (...) {
    return caught({{"commands.device", busy(command)},
                   {"commands.id", conflict("command.duplicate", "a command of this id exists", command.id.str())}});
}

Status CommandStore::save(const Command& command) try {
    const int changed = Query(connection_, kUpdate, to_string(command.state), command.deadline, command.issued_times,
                              command.result, command.issued_at, command.delivered_at, command.settled_at, command.id)
                            .run();
    if (changed == 0) return not_found("command.not_found", "no command bears this id", command.id.str());
    return {};
} catch (...) {
    return caught({{"commands.device", busy(command)}});
}

Result<std::optional<Command>> CommandStore::find(const CommandId& id) try {
    Query row(connection_, kFind, id);
    return read_one(row);
} catch (...) {
    return caught();
}

Result<std::optional<Command>> CommandStore::find_next(const DeviceId& device) try {
    Query row(connection_, kFindNext, device);
    return read_one(row);
} catch (...) {
    return caught();
}

Result<std::optional<Command>> CommandStore::find_by_mid(const DeviceId& device, std::uint16_t mid) try {
    Query row(connection_, kFindByMid, device, mid);
    return read_one(row);
} catch (...) {
    return caught();
}

Result<std::uint16_t> CommandStore::last_mid(const DeviceId& device) try {
    Query row(connection_, kLastMid, device);
    return row.next() ? row.number<std::uint16_t>() : std::uint16_t{0};
} catch (...) {
    return caught();
}

Result<std::int64_t> CommandStore::count_pending(const DeviceId& device) try {
    Query row(connection_, kCountPending, device);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

Result<bool> CommandStore::any_pending() try {
    Query row(connection_, kAnyPending);
    return row.next();
} catch (...) {
    return caught();
}

Result<ports::Page<Command>> CommandStore::list(const ports::CommandFilter& filter,
                                                const ports::PageRequest& page) try {
    auto conditions = conditions_of(filter);
    if (!page.after.empty()) {
        const auto cursor = parse_time_cursor(page.after);
        if (!cursor) return cursor.error();
        const auto sequence = parse_sequence_cursor(cursor->rest);
        if (!sequence) return malformed_cursor(page.after);
        conditions.add("(created_at, sequence) < (?, ?)", cursor->at, *sequence);
    }
    Query rows(connection_, "SELECT created_at || '.' || sequence, " + kColumns + " FROM commands" +
                                conditions.sql() + " ORDER BY created_at DESC, sequence DESC LIMIT ? OFFSET ?");
    conditions.bind_to(rows);
    return read_page(rows, page, read_command);
} catch (...) {
    return caught();
}

Result<std::int64_t> CommandStore::count(const ports::CommandFilter& filter) try {
    const auto conditions = conditions_of(filter);
    Query row(connection_, "SELECT count(*) FROM commands" + conditions.sql());
    conditions.bind_to(row);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

Result<std::vector<Command>> CommandStore::overdue(Timestamp now, std::uint32_t limit) try {
    Query rows(connection_, kOverdue, now, limit);
    return read_all(rows);
} catch (...) {
    return caught();
}

Result<std::vector<Command>> CommandStore::sent(const DeviceId& after, std::uint32_t limit) try {
    Query rows(connection_, kSent, after, limit);
    return read_all(rows);
} catch (...) {
    return caught();
}

Result<std::int64_t> CommandStore::erase_settled_before(Timestamp before, std::uint32_t limit) try {
    return Query(connection_, kEraseSettled, before, limit).run();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
