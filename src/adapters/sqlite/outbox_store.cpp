// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/outbox_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Push;

const std::string kWritten =
    "app, type, device, url, body, task, job, phase, success, source_version, current_version, target_version, "
    "detail,"
    " occurred_at, attempts, due_at, revived_at, dead, last_error";
const std::string kSelect = "SELECT sequence, " + kWritten + " FROM outbox ";
const std::string kAppend =
    "INSERT INTO outbox (" + kWritten +
    ", receiver, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// Named, or SQLite takes the index of all that are not dead, which may be a hundred thousand.
const std::string kLiveOf = "FROM outbox INDEXED BY outbox_live WHERE device = ? AND url = ? AND dead = 0 ";
const std::string kHasLive = "SELECT 1 " + kLiveOf + "LIMIT 1";
const std::string kUpdate =
    "UPDATE outbox SET app = ?, type = ?, body = ?, task = ?, job = ?, phase = ?, success = ?, source_version = ?,"
    " current_version = ?, target_version = ?, detail = ?, occurred_at = ?, attempts = ?, due_at = ?,"
    " revived_at = ?, dead = ?,"
    " last_error = ? WHERE sequence = ?";
const std::string kStored = "SELECT device, url, dead FROM outbox WHERE sequence = ?";
const std::string kDelete = "DELETE FROM outbox WHERE sequence = ? RETURNING device, url, head";
const std::string kFind = kSelect + "WHERE sequence = ?";
const std::string kDead = kSelect + "WHERE dead = 1 AND sequence > ? ORDER BY sequence LIMIT ?";
const std::string kDeadOf =
    kSelect + "INDEXED BY outbox_dead_of WHERE app = ? AND dead = 1 AND sequence > ? ORDER BY sequence LIMIT ?";
const std::string kEraseDead =
    "DELETE FROM outbox WHERE sequence IN (SELECT sequence FROM outbox INDEXED BY outbox_dead_by_time"
    " WHERE dead = 1 AND due_at < ? ORDER BY due_at LIMIT ?)";
const std::string kDeleteSomeOf =
    "DELETE FROM outbox WHERE sequence IN (SELECT sequence FROM outbox WHERE app = ? LIMIT ?)"
    " RETURNING device, url, head";
const std::string kBehead = "UPDATE outbox SET head = 0 WHERE device = ? AND url = ? AND head = 1";
const std::string kCrown =
    "UPDATE outbox SET head = 1 WHERE sequence = (SELECT sequence " + kLiveOf + "ORDER BY sequence LIMIT 1)";
const std::string kDue = kSelect + "WHERE head = 1 AND due_at <= ? ORDER BY due_at, sequence LIMIT ?";
const std::string kDueOf =
    kSelect + "WHERE head = 1 AND app = ? AND receiver = ? AND due_at <= ? ORDER BY due_at, sequence LIMIT ?";
const std::string kNextApp = "SELECT app FROM outbox WHERE head = 1 AND app > ? ORDER BY app LIMIT 1";
const std::string kNextReceiver =
    "SELECT receiver FROM outbox WHERE head = 1 AND app = ? AND receiver > ? ORDER BY receiver LIMIT 1";
const std::string kNextDue = "SELECT due_at FROM outbox WHERE head = 1 ORDER BY due_at LIMIT 1";
// What is left of an erased application's is seen by nobody.
const std::string kList =
    "SELECT sequence, sequence, " + kWritten +
    " FROM outbox WHERE dead = ? AND app NOT IN (SELECT id FROM erased_applications) AND sequence > ?"
    " ORDER BY sequence LIMIT ? OFFSET ?";
// Along two indexes: asking each row for its application would read them all.
const std::string kCount =
    "SELECT (SELECT count(*) FROM outbox WHERE dead = ?) -"
    " (SELECT count(*) FROM outbox WHERE app IN (SELECT id FROM erased_applications) AND dead = ?)";
const std::string kCountOf = "SELECT count(*) " + kLiveOf + "AND type = ?";
const std::string kDropOldest = "DELETE FROM outbox WHERE sequence IN (SELECT sequence " + kLiveOf +
                                "AND type = ? AND head = 0 ORDER BY sequence LIMIT ?)";

Push read_push(Query& row) {
    return {.sequence = row.integer(),
            .app = row.id<AppId>(),
            .type = row.named(domain::parse_notify_type),
            .device = row.id<DeviceId>(),
            .url = row.text(),
            .body = row.text(),
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
            .revived_at = row.maybe_time(),
            .dead = row.flag(),
            .last_error = row.text()};
}

}  // namespace

OutboxStore::Line OutboxStore::read_line(Query& row) { return {.device = row.id<DeviceId>(), .url = row.text()}; }

void OutboxStore::choose_head(const Line& line) {
    Query(connection_, kBehead, line.device, line.url).run();
    Query(connection_, kCrown, line.device, line.url).run();
}

Result<std::int64_t> OutboxStore::append(const Push& push) try {
    const bool is_head = !push.dead && !Query(connection_, kHasLive, push.device, push.url).next();
    Query insert(connection_, kAppend, push.app, to_string(push.type), push.device, push.url, push.body, push.task,
                 push.job, push.phase, push.success, push.source_version, push.current_version, push.target_version,
                 push.detail, push.occurred_at, push.attempts, push.due_at, push.revived_at, push.dead,
                 push.last_error, receiver_of(push), is_head);
    insert.run();
    return insert.last_sequence();
} catch (...) {
    return caught();
}

Status OutboxStore::save(const Push& push) try {
    bool was_dead = false;
    Line line;
    {
        Query row(connection_, kStored, push.sequence);
        if (!row.next())
            return not_found("push.not_found", "no push bears this number", std::to_string(push.sequence));
        line = read_line(row);
        was_dead = row.flag();
    }
    Query(connection_, kUpdate, push.app, to_string(push.type), push.body, push.task, push.job, push.phase,
          push.success, push.source_version, push.current_version, push.target_version, push.detail, push.occurred_at,
          push.attempts, push.due_at, push.revived_at, push.dead, push.last_error, push.sequence)
        .run();
    if (was_dead != push.dead) choose_head(line);
    return {};
} catch (...) {
    return caught();
}

Result<bool> OutboxStore::erase(std::int64_t sequence) try {
    Line line;
    bool was_head = false;
    {
        Query row(connection_, kDelete, sequence);
        if (!row.next()) return false;
        line = read_line(row);
        was_head = row.flag();
        row.run();
    }
    if (was_head) Query(connection_, kCrown, line.device, line.url).run();
    return true;
} catch (...) {
    return caught();
}

std::int64_t OutboxStore::erase_some_of(const AppId& app, std::int64_t limit) {
    std::int64_t erased = 0;
    // A line can hold more pushes of the application, which come next, or those to another one.
    std::vector<Line> headless;
    {
        Query rows(connection_, kDeleteSomeOf, app, limit);
        for (; rows.next(); ++erased) {
            auto line = read_line(rows);
            if (rows.flag()) headless.push_back(std::move(line));
        }
    }
    for (const auto& line : headless) Query(connection_, kCrown, line.device, line.url).run();
    return erased;
}

Result<std::optional<Push>> OutboxStore::find(std::int64_t sequence) try {
    Query row(connection_, kFind, sequence);
    return row.next() ? std::optional(read_push(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::vector<Push>> OutboxStore::dead(const std::optional<AppId>& app, std::int64_t after,
                                            std::uint32_t limit) try {
    std::vector<Push> pushes;
    Query rows(connection_, app ? kDeadOf : kDead);
    if (app) rows.bind(*app);
    rows.bind(after);
    rows.bind(limit);
    while (rows.next()) pushes.push_back(read_push(rows));
    return pushes;
} catch (...) {
    return caught();
}

/// None of them is its device's head.
Result<std::int64_t> OutboxStore::erase_dead_before(Timestamp before, std::uint32_t limit) try {
    return Query(connection_, kEraseDead, before, limit).run();
} catch (...) {
    return caught();
}

Result<std::vector<Push>> OutboxStore::due(Timestamp now, std::uint32_t limit) try {
    std::vector<Push> pushes;
    Query rows(connection_, kDue, now, limit);
    while (rows.next()) pushes.push_back(read_push(rows));
    return pushes;
} catch (...) {
    return caught();
}

Result<std::vector<Push>> OutboxStore::due_of(const AppId& app, std::string_view receiver, Timestamp now,
                                              std::uint32_t limit) try {
    std::vector<Push> pushes;
    Query rows(connection_, kDueOf, app, receiver, now, limit);
    while (rows.next()) pushes.push_back(read_push(rows));
    return pushes;
} catch (...) {
    return caught();
}

Result<std::optional<AppId>> OutboxStore::next_app(const AppId& after) try {
    Query row(connection_, kNextApp, after);
    return row.next() ? std::optional(row.id<AppId>()) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<std::string>> OutboxStore::next_receiver(const AppId& app, std::string_view after) try {
    Query row(connection_, kNextReceiver, app, after);
    return row.next() ? std::optional(row.text()) : std::nullopt;
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
    Query row(connection_, kCount, dead, dead);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

Result<std::int64_t> OutboxStore::drop_oldest(const DeviceId& device, domain::NotifyType type,
                                              std::int64_t most) try {
    Query row(connection_, kCountOf, device, "", to_string(type));
    row.next();
    const auto surplus = row.integer() - most;
    if (surplus <= 0) return 0;
    return Query(connection_, kDropOldest, device, "", to_string(type), surplus).run();
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
