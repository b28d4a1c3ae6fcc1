// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/outbox_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Push;

const std::string kWritten =
    "app, type, device, task, job, phase, success, source_version, current_version, target_version, detail,"
    " occurred_at, attempts, due_at, dead, last_error";
const std::string kSelect = "SELECT sequence, " + kWritten + " FROM outbox ";
const std::string kAppend =
    "INSERT INTO outbox (" + kWritten + ", head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// Named, or SQLite takes the index of all that are not dead, which may be a hundred thousand.
const std::string kLiveOf = "FROM outbox INDEXED BY outbox_live WHERE device = ? AND dead = 0 ";
const std::string kHasLive = "SELECT 1 " + kLiveOf + "LIMIT 1";
const std::string kUpdate =
    "UPDATE outbox SET app = ?, type = ?, task = ?, job = ?, phase = ?, success = ?, source_version = ?,"
    " current_version = ?, target_version = ?, detail = ?, occurred_at = ?, attempts = ?, due_at = ?, dead = ?,"
    " last_error = ? WHERE sequence = ?";
const std::string kStored = "SELECT device, dead FROM outbox WHERE sequence = ?";
const std::string kDelete = "DELETE FROM outbox WHERE sequence = ? RETURNING device, head";
const std::string kHeadsOf = "SELECT device FROM outbox WHERE app = ? AND head = 1";
const std::string kDeleteOf = "DELETE FROM outbox WHERE app = ?";
const std::string kBehead = "UPDATE outbox SET head = 0 WHERE device = ? AND head = 1";
const std::string kCrown =
    "UPDATE outbox SET head = 1 WHERE sequence = (SELECT sequence " + kLiveOf + "ORDER BY sequence LIMIT 1)";
const std::string kDue = kSelect + "WHERE head = 1 AND due_at <= ? ORDER BY due_at, sequence LIMIT ?";
const std::string kDueOf = kSelect + "WHERE head = 1 AND app = ? AND due_at <= ? ORDER BY due_at, sequence LIMIT ?";
const std::string kNextReceiver = "SELECT app FROM outbox WHERE head = 1 AND app > ? ORDER BY app LIMIT 1";
const std::string kNextDue = "SELECT due_at FROM outbox WHERE head = 1 ORDER BY due_at LIMIT 1";
const std::string kList = "SELECT sequence, sequence, " + kWritten +
                          " FROM outbox WHERE dead = ? AND sequence > ? ORDER BY sequence LIMIT ? OFFSET ?";
const std::string kCount = "SELECT count(*) FROM outbox WHERE dead = ?";

Push read_push(Query& row) {
    return {.sequence = row.integer(),
            .app = row.id<AppId>(),
            .type = row.named(domain::parse_notify_type),
            .device = row.id<DeviceId>(),
            .task = row.id<TaskId>(),
            .job = row.id<JobId>(),
            .phase = row.text(),
            .success = row.flag(),
            .source_version = row.text(),
            .current_version = row.text(),
            .target_version = row.text(),
            .detail = row.text(),
            .occurred_at = row.time(),
            .attempts = row.number<std::uint32_t>(),
            .due_at = row.time(),
            .dead = row.flag(),
            .last_error = row.text()};
}

}  // namespace

void OutboxStore::choose_head(const DeviceId& device) {
    Query(connection_, kBehead, device).run();
    Query(connection_, kCrown, device).run();
}

Result<std::int64_t> OutboxStore::append(const Push& push) try {
    const bool is_head = !push.dead && !Query(connection_, kHasLive, push.device).next();
    Query insert(connection_, kAppend, push.app, to_string(push.type), push.device, push.task, push.job, push.phase,
                 push.success, push.source_version, push.current_version, push.target_version, push.detail,
                 push.occurred_at, push.attempts, push.due_at, push.dead, push.last_error, is_head);
    insert.run();
    return insert.last_sequence();
} catch (...) {
    return caught();
}

Status OutboxStore::save(const Push& push) try {
    bool was_dead = false;
    DeviceId device;
    {
        Query row(connection_, kStored, push.sequence);
        if (!row.next())
            return not_found("push.not_found", "no push bears this number", std::to_string(push.sequence));
        device = row.id<DeviceId>();
        was_dead = row.flag();
    }
    Query(connection_, kUpdate, push.app, to_string(push.type), push.task, push.job, push.phase, push.success,
          push.source_version, push.current_version, push.target_version, push.detail, push.occurred_at,
          push.attempts, push.due_at, push.dead, push.last_error, push.sequence)
        .run();
    if (was_dead != push.dead) choose_head(device);
    return {};
} catch (...) {
    return caught();
}

Result<bool> OutboxStore::erase(std::int64_t sequence) try {
    DeviceId device;
    bool was_head = false;
    {
        Query row(connection_, kDelete, sequence);
        if (!row.next()) return false;
        device = row.id<DeviceId>();
        was_head = row.flag();
        row.run();
    }
    if (was_head) Query(connection_, kCrown, device).run();
    return true;
} catch (...) {
    return caught();
}

void OutboxStore::erase_of(const AppId& app) {
    // A device's line can hold pushes to another application behind these.
    std::vector<DeviceId> headless;
    Query heads(connection_, kHeadsOf, app);
    while (heads.next()) headless.push_back(heads.id<DeviceId>());
    Query(connection_, kDeleteOf, app).run();
    for (const auto& device : headless) Query(connection_, kCrown, device).run();
}

Result<std::vector<Push>> OutboxStore::due(Timestamp now, std::uint32_t limit) try {
    std::vector<Push> pushes;
    Query rows(connection_, kDue, now, limit);
    while (rows.next()) pushes.push_back(read_push(rows));
    return pushes;
} catch (...) {
    return caught();
}

Result<std::vector<Push>> OutboxStore::due_of(const AppId& app, Timestamp now, std::uint32_t limit) try {
    std::vector<Push> pushes;
    Query rows(connection_, kDueOf, app, now, limit);
    while (rows.next()) pushes.push_back(read_push(rows));
    return pushes;
} catch (...) {
    return caught();
}

Result<std::optional<AppId>> OutboxStore::next_receiver(const AppId& after) try {
    Query row(connection_, kNextReceiver, after);
    return row.next() ? std::optional(row.id<AppId>()) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Timestamp>> OutboxStore::next_due() try {
    Query row(connection_, kNextDue);
    return row.next() ? std::optional(row.time()) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<Push>> OutboxStore::list(bool dead, const ports::PageRequest& page) try {
    const auto after = parse_sequence_cursor(page.after);
    if (!after) return after.error();
    Query rows(connection_, kList, dead, *after);
    return read_page(rows, page, read_push);
} catch (...) {
    return caught();
}

Result<std::int64_t> OutboxStore::count(bool dead) try {
    Query row(connection_, kCount, dead);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
