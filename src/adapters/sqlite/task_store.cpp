// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/task_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

#include <algorithm>

namespace cellwise::sqlite {
namespace {

using domain::Task;

const std::string kColumns =
    "id, app, name, package, target_product, target_all, execute_type, start_time, end_time, retry_times,"
    " retry_interval, app_confirm, retry_of, retry_include, state, expanded, expansion_cursor, created_at, due_at,"
    " started_at, stopped_at";
const std::string kUnsaved = "paused, resumed_at";
const std::string kCounters = "total, wait, processing, success, fail, stop, timeout";
const std::string kAll = kColumns + ", " + kUnsaved + ", " + kCounters;
const std::string kSelect = "SELECT " + kAll + " FROM tasks ";
/// What SQLite inserts from a SELECT could be many rows, which it must be able to undo alone: that costs copies.
std::string of_package(const std::string& column) {
    return "coalesce((SELECT " + column + " FROM packages WHERE id = ?1), ''), ";
}
/// Its pause a task gets by set_paused.
// A task is searched by its package's product model also when the package is gone: it gets a copy. The counters begin
// at 0: they belong to the jobs.
const std::string kInsert =
    "INSERT INTO tasks (manufacturer_name, device_type, model, " + kColumns + ") VALUES (" +
    of_package("manufacturer_name") + of_package("device_type") + of_package("model") +
    "?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";
const std::string kUpdate =
    "UPDATE tasks SET app = ?, name = ?, package = ?, target_product = ?, target_all = ?, execute_type = ?,"
    " start_time = ?, end_time = ?, retry_times = ?, retry_interval = ?, app_confirm = ?, retry_of = ?,"
    " retry_include = ?, state = ?, expanded = ?,"
    " expansion_cursor = ?, created_at = ?, due_at = ?, started_at = ?, stopped_at = ? WHERE id = ? AND erased = 0";
const std::string kFind = kSelect + "WHERE id = ? AND erased = 0";
const std::string kIsRunning =
    "SELECT state IN ('wait', 'processing') OR wait + processing > 0 FROM tasks WHERE id = ? AND erased = 0";
const std::string kRetrying = "expanded = 0 AND state IN ('wait', 'processing')";
const std::string kIsRetried = "SELECT 1 FROM tasks WHERE retry_of = ? AND " + kRetrying + " LIMIT 1";
const std::string kPause = "UPDATE tasks SET paused = 1 WHERE id = ? AND erased = 0 AND paused = 0";
const std::string kResume = "UPDATE tasks SET paused = 0, resumed_at = ? WHERE id = ? AND erased = 0 AND paused = 1";
const std::string kExists = "SELECT 1 FROM tasks WHERE id = ? AND erased = 0";
const std::string kEraseEnded =
    "UPDATE tasks SET erased = 1 WHERE id IN (SELECT id FROM tasks INDEXED BY tasks_by_end WHERE stopped_at < ? AND "
    "erased = 0"
    " AND state IN ('success', 'failed', 'stop') AND wait + processing = 0"
    " AND id NOT IN (SELECT retry_of FROM tasks WHERE retry_of IS NOT NULL AND " +
    kRetrying + ") ORDER BY stopped_at LIMIT ?)";
const std::string kErase = "UPDATE tasks SET erased = 1 WHERE id = ?";
const std::string kAnyErased = "SELECT id FROM tasks WHERE erased = 1 LIMIT 1";
const std::string kDeleteSomeJobs =
    "DELETE FROM jobs WHERE sequence IN (SELECT sequence FROM jobs WHERE task = ? LIMIT ?)";
const std::string kDeleteSomeTargets =
    "DELETE FROM task_targets WHERE (task, position) IN"
    " (SELECT task, position FROM task_targets WHERE task = ? LIMIT ?)";
const std::string kDelete = "DELETE FROM tasks WHERE id = ?";
// The "+" keeps SQLite from walking all tasks along their ids to save a sort of the few.
const std::string kDue = kSelect + "WHERE attention_at <= ? ORDER BY +id LIMIT ?";

const std::string kTargets = "SELECT kind, value FROM task_targets WHERE task = ? ORDER BY position";
const std::string kInsertTarget = "INSERT INTO task_targets (task, position, kind, value) VALUES (?, ?, ?, ?)";
const std::string kDeleteTargets = "DELETE FROM task_targets WHERE task = ?";
constexpr std::string_view kDevicesKind = "devices";
constexpr std::string_view kGroupKind = "group";

constexpr std::string_view kIncludeFail = "fail";
constexpr std::string_view kIncludeStop = "stop";
constexpr std::string_view kIncludeBoth = "fail,stop";

std::string_view include_of(const domain::TaskTargets& targets) {
    if (!targets.retry_of) return "";
    if (!targets.retry_of->stopped) return kIncludeFail;
    return targets.retry_of->failed ? kIncludeBoth : kIncludeStop;
}
std::optional<TaskId> retried_by(const domain::TaskTargets& targets) {
    return targets.retry_of ? std::optional(targets.retry_of->task) : std::nullopt;
}

/// The tasks of a device are few: they are found first, and only they are looked at further. A "+" keeps SQLite from
/// going along an index of the column instead.
std::string column(const ports::TaskFilter& filter, std::string_view name) {
    std::string sql(filter.device ? "+" : "");
    return sql += name;
}

Conditions conditions_of(const ports::TaskFilter& filter) {
    Conditions conditions;
    conditions.add("erased = 0");
    conditions.add_if(column(filter, "app") + " = ?", filter.app);
    if (filter.state) conditions.add(column(filter, "state") + " = ?", std::string(to_string(*filter.state)));
    conditions.add_if(column(filter, "manufacturer_name") + " = ?", filter.manufacturer_name);
    conditions.add_if(column(filter, "device_type") + " = ?", filter.device_type);
    conditions.add_if(column(filter, "model") + " = ?", filter.model);
    if (filter.device) {
        conditions.add("id IN (SELECT task FROM jobs WHERE device = ?)", *filter.device);
    }
    return conditions;
}

std::string joined(const std::vector<DeviceId>& devices) {
    std::string list;
    list.reserve(devices.size() * (DeviceId::kLength + 1));
    for (const auto& device : devices) {
        if (!list.empty()) list += ',';
        list += device.view();
    }
    return list;
}

std::vector<DeviceId> split(std::string_view list) {
    std::vector<DeviceId> devices;
    devices.reserve(list.size() / DeviceId::kLength);
    while (!list.empty()) {
        const auto device = DeviceId::parse(list.substr(0, DeviceId::kLength));
        if (!device)
            throw CorruptRow("the database holds a list of devices with one that is no id: " + printable(list));
        devices.push_back(*device);
        list.remove_prefix(std::min(list.size(), DeviceId::kLength + 1));
    }
    return devices;
}

}  // namespace

Task TaskStore::read_task(Query& row) {
    Task task{.id = row.id<TaskId>(), .app = row.id<AppId>(), .name = row.text(), .package = row.id<PackageId>()};
    task.targets = {.product = row.maybe_id<ProductId>(), .all = row.flag()};
    task.policy = {.execute_type = row.named(domain::parse_execute_type),
                   .start_time = row.maybe_time(),
                   .end_time = row.maybe_time(),
                   .retry_times = row.number<std::uint32_t>(),
                   .retry_interval = row.span(),
                   .app_confirm = row.flag()};
    const auto retried = row.maybe_id<TaskId>();
    const auto include = row.text();
    if (retried) {
        task.targets.retry_of =
            domain::RetryOf{.task = *retried, .failed = include != kIncludeStop, .stopped = include != kIncludeFail};
    }
    task.state = row.named(domain::parse_task_state);
    task.expanded = row.flag();
    task.expansion_cursor = row.text();
    task.created_at = row.time();
    task.due_at = row.time();
    task.started_at = row.maybe_time();
    task.stopped_at = row.maybe_time();
    task.paused = row.flag();
    task.resumed_at = row.maybe_time();
    task.counters = {.total = row.integer(),
                     .wait = row.integer(),
                     .processing = row.integer(),
                     .success = row.integer(),
                     .fail = row.integer(),
                     .stop = row.integer(),
                     .timeout = row.integer()};
    read_targets(task);
    return task;
}

void TaskStore::read_targets(Task& task) {
    Query rows(connection_, kTargets, task.id);
    while (rows.next()) {
        if (rows.text() == kGroupKind) {
            task.targets.groups.push_back(rows.text());
        } else {
            task.targets.devices = split(rows.text());
        }
    }
}

void TaskStore::write_targets(const Task& task) {
    std::int64_t position = 0;
    if (!task.targets.devices.empty()) {
        Query(connection_, kInsertTarget, task.id, position++, kDevicesKind, joined(task.targets.devices)).run();
    }
    for (const auto& group : task.targets.groups) {
        Query(connection_, kInsertTarget, task.id, position++, kGroupKind, group).run();
    }
}

Status TaskStore::insert(const Task& task) try {
    const auto& policy = task.policy;
    Query(connection_, kInsert, task.package, task.id, task.app, task.name, task.targets.product, task.targets.all,
          to_string(policy.execute_type), policy.start_time, policy.end_time, policy.retry_times,
          policy.retry_interval, policy.app_confirm, retried_by(task.targets), include_of(task.targets),
          to_string(task.state), task.expanded, task.expansion_cursor, task.created_at, task.due_at, task.started_at,
          task.stopped_at)
        .run();
    write_targets(task);
    return {};
} catch (...) {
    return caught({{"tasks.id", conflict("task.duplicate", "a task of this id exists", task.id.str())}});
}

Status TaskStore::save(const Task& task) try {
    const auto& policy = task.policy;
    const int changed = Query(connection_, kUpdate, task.app, task.name, task.package, task.targets.product,
                              task.targets.all, to_string(policy.execute_type), policy.start_time, policy.end_time,
                              policy.retry_times, policy.retry_interval, policy.app_confirm, retried_by(task.targets),
                              include_of(task.targets), to_string(task.state), task.expanded, task.expansion_cursor,
                              task.created_at, task.due_at, task.started_at, task.stopped_at, task.id)
                            .run();
    if (changed == 0) return not_found("task.not_found", "no task bears this id", task.id.str());
    Task stored{.id = task.id};
    read_targets(stored);
    if (stored.targets.devices != task.targets.devices || stored.targets.groups != task.targets.groups) {
        Query(connection_, kDeleteTargets, task.id).run();
        write_targets(task);
    }
    return {};
} catch (...) {
    return caught();
}

Result<bool> TaskStore::erase(const TaskId& id) try {
    {
        Query row(connection_, kIsRunning, id);
        if (!row.next()) return false;
        if (row.flag()) return conflict("task.running", "the task or one of its jobs has not ended", id.str());
    }
    if (Query(connection_, kIsRetried, id).next()) {
        return conflict("task.retried", "a retry of the task has not taken over all of its devices yet", id.str());
    }
    return Query(connection_, kErase, id).run() > 0;
} catch (...) {
    return caught();
}

Result<bool> TaskStore::set_paused(const TaskId& id, bool paused, Timestamp now) try {
    if (!Query(connection_, kExists, id).next()) return false;
    if (paused) {
        Query(connection_, kPause, id).run();
    } else {
        Query(connection_, kResume, now, id).run();
    }
    return true;
} catch (...) {
    return caught();
}

Result<std::int64_t> TaskStore::erase_ended_before(Timestamp before, std::uint32_t limit) try {
    return Query(connection_, kEraseEnded, before, limit).run();
} catch (...) {
    return caught();
}

Result<std::int64_t> TaskStore::erase_remains(std::uint32_t limit) try {
    std::int64_t deleted = 0;
    while (deleted < limit) {
        TaskId id;
        {
            Query row(connection_, kAnyErased);
            if (!row.next()) break;
            id = row.id<TaskId>();
        }
        for (const auto* some : {&kDeleteSomeJobs, &kDeleteSomeTargets}) {
            if (deleted < limit) deleted += Query(connection_, *some, id, limit - deleted).run();
        }
        // Below the limit nothing of it is left: the foreign keys have nothing to do here.
        if (deleted < limit) deleted += Query(connection_, kDelete, id).run();
    }
    return deleted;
} catch (...) {
    return caught();
}

Result<std::optional<Task>> TaskStore::find(const TaskId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_task(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<Task>> TaskStore::list(const ports::TaskFilter& filter, const ports::PageRequest& page) try {
    auto conditions = conditions_of(filter);
    // Newer than all: a row value that nothing exceeds, so that the first page goes along the index like the others.
    TimeCursor after{from_unix_ms(std::numeric_limits<std::int64_t>::max()), ""};
    if (!page.after.empty()) {
        auto cursor = parse_time_cursor(page.after);
        if (!cursor) return cursor.error();
        after = std::move(*cursor);
    }
    const auto time = column(filter, "created_at");
    conditions.add("(" + time + ", id) < (?, ?)", after.at, after.rest);
    Query rows(connection_, "SELECT created_at || '.' || id, " + kAll + " FROM tasks" + conditions.sql() +
                                " ORDER BY " + time + " DESC, id DESC LIMIT ? OFFSET ?");
    conditions.bind_to(rows);
    return read_page(rows, page, [this](Query& row) { return read_task(row); });
} catch (...) {
    return caught();
}

Result<std::int64_t> TaskStore::count(const ports::TaskFilter& filter) try {
    const auto conditions = conditions_of(filter);
    Query row(connection_, "SELECT count(*) FROM tasks" + conditions.sql());
    conditions.bind_to(row);
    row.next();
    return row.integer();
} catch (...) {
    return caught();
}

Result<std::vector<Task>> TaskStore::due(Timestamp now, std::uint32_t limit) try {
    std::vector<Task> tasks;
    Query rows(connection_, kDue, now, limit);
    while (rows.next()) tasks.push_back(read_task(rows));
    return tasks;
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
