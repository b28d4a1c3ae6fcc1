// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/job_store.hpp"

#include "adapters/sqlite/errors.hpp"
#include "adapters/sqlite/paging.hpp"
#include "adapters/sqlite/query.hpp"

namespace cellwise::sqlite {
namespace {

using domain::Job;
using domain::JobState;
using domain::JobStatus;
using domain::TaskCounters;

// Letter for letter as in the indexes: SQLite takes a partial index only where it finds its condition again.
const std::string kRunning = "status = 'processing'";
const std::string kFinished = "status IN ('success', 'fail', 'stop')";
const std::string kUnfinished = "status IN ('wait', 'processing')";
const std::string kWaitsForNobody = "state NOT IN ('waiting_online', 'waiting_confirmation', 'waiting_retry')";

const std::string kColumns =
    "id, task, device, app, package, state, deadline, failures, executes_sent, source_version, current_version, cell,"
    " coverage, holds_slot, detail, timed_out, confirmed, created_at, started_at, ended_at,"
    " chunks_served";
const std::string kSelect = "SELECT " + kColumns + " FROM jobs ";
const std::string kInsert = "INSERT INTO jobs (" + kColumns +
                            ", status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
// Of a new job little is said yet, and of that only the first three differ from one of its task's to the next.
const std::string kInsertNew =
    "INSERT INTO jobs (id, device, created_at, task, app, package, state, status, failures, executes_sent,"
    " source_version, current_version, holds_slot, detail, timed_out, chunks_served)"
    " VALUES (?, ?, ?, ?, ?, ?, 'waiting', 'wait', 0, 0, zeroblob(16), zeroblob(16), 0, '', 0, 0)"
    " ON CONFLICT (device, task) DO NOTHING";
const std::string kStored = "SELECT sequence, task, state, timed_out, deadline, ended_at FROM jobs WHERE id = ?";
// SQLite rewrites the entries of each index of which a column is assigned, changed or not. So a save assigns what is
// in no index, and of the indexed columns only as many as changed.
const std::string kUpdate =
    "UPDATE jobs SET failures = ?, executes_sent = ?, source_version = ?, current_version = ?, cell = ?, coverage = "
    "?,"
    " holds_slot = ?, detail = ?, timed_out = ?, started_at = ?, chunks_served = ?, confirmed = ?";
const std::string kUpdateProgress = kUpdate + " WHERE sequence = ?";
const std::string kUpdateState = kUpdate + ", state = ?, deadline = ? WHERE sequence = ?";
const std::string kUpdateStatus = kUpdate + ", state = ?, deadline = ?, status = ?, ended_at = ? WHERE sequence = ?";
const std::string kCount =
    "UPDATE tasks SET total = total + ?, wait = wait + ?, processing = processing + ?, success = success + ?,"
    " fail = fail + ?, stop = stop + ?, timeout = timeout + ? WHERE id = ?";

const std::string kFind = kSelect + "WHERE id = ?";
const std::string kFindOf = kSelect + "WHERE device = ? AND task = ?";
const std::string kFindRunning = kSelect + "WHERE device = ? AND " + kRunning;
const std::string kFindLastFinished =
    kSelect + "WHERE device = ? AND " + kFinished + " ORDER BY ended_at DESC, sequence DESC LIMIT 1";
const std::string kPage = " ORDER BY sequence LIMIT ? OFFSET ?";
const std::string kListed = "SELECT sequence, " + kColumns + " FROM jobs WHERE task = ?1 AND sequence > ?2";
const std::string kListInStatus = kListed + " AND status = ?3" + kPage;
const std::string kListInState = kListed + " AND state = ?3 AND " + kRunning + kPage;
// Of each status they stand in order of creation: SQLite merges the five.
const std::string kList = kListed + " AND status = 'wait' UNION ALL " + kListed +
                          " AND status = 'processing' UNION ALL " + kListed + " AND status = 'success' UNION ALL " +
                          kListed + " AND status = 'fail' UNION ALL " + kListed + " AND status = 'stop'" + kPage;
const std::string kOverdue =
    kSelect + "WHERE deadline <= ? AND " + kUnfinished + " ORDER BY deadline, sequence LIMIT ?";
// A device has one running job at most, so their devices order them as well as any id.
const std::string kLive =
    kSelect + "WHERE " + kRunning + " AND " + kWaitsForNobody + " AND device > ? ORDER BY device LIMIT ?";
const std::string kDeviceOf = "SELECT device FROM jobs WHERE id = ?";

std::optional<domain::CellKey> read_cell(Query& row) {
    auto cell = row.maybe_text();
    const auto coverage = row.maybe_text();
    if (!coverage) return std::nullopt;
    const auto parsed = domain::parse_coverage_class(*coverage);
    if (!parsed)
        throw CorruptRow("the database holds an impossible value: column coverage is " + printable(*coverage));
    return domain::CellKey{{std::move(cell).value_or("")}, *parsed};
}

Job read_job(Query& row) {
    return {.id = row.id<JobId>(),
            .task = row.id<TaskId>(),
            .device = row.id<DeviceId>(),
            .app = row.id<AppId>(),
            .package = row.id<PackageId>(),
            .state = row.named(domain::parse_job_state),
            .deadline = row.maybe_time(),
            .failures = row.number<std::uint32_t>(),
            .executes_sent = row.number<std::uint32_t>(),
            .source_version = row.version(),
            .current_version = row.version(),
            .cell = read_cell(row),
            .holds_slot = row.flag(),
            .detail = row.text(),
            .timed_out = row.flag(),
            .confirmed = row.flag(),
            .created_at = row.time(),
            .started_at = row.maybe_time(),
            .ended_at = row.maybe_time(),
            .chunks_served = row.number<std::uint32_t>()};
}

std::vector<Job> read_jobs(Query& rows) {
    std::vector<Job> jobs;
    while (rows.next()) jobs.push_back(read_job(rows));
    return jobs;
}

std::optional<std::string> cell_of(const Job& job) {
    return job.cell ? std::optional(job.cell->cell.text) : std::nullopt;
}
std::optional<std::string> coverage_of(const Job& job) {
    return job.cell ? std::optional(std::string(to_string(job.cell->coverage))) : std::nullopt;
}

/// What one job adds to its task's counters.
TaskCounters share_of(JobState state, bool timed_out) {
    TaskCounters share{.total = 1};
    switch (domain::status_of(state)) {
        case JobStatus::Wait:
            share.wait = 1;
            break;
        case JobStatus::Processing:
            share.processing = 1;
            break;
        case JobStatus::Success:
            share.success = 1;
            break;
        case JobStatus::Fail:
            share.fail = 1;
            share.timeout = timed_out ? 1 : 0;
            break;
        case JobStatus::Stop:
            share.stop = 1;
            break;
    }
    return share;
}

TaskCounters operator-(const TaskCounters& a, const TaskCounters& b) {
    return {.total = a.total - b.total,
            .wait = a.wait - b.wait,
            .processing = a.processing - b.processing,
            .success = a.success - b.success,
            .fail = a.fail - b.fail,
            .stop = a.stop - b.stop,
            .timeout = a.timeout - b.timeout};
}

Error busy(const Job& job) {
    return conflict("job.device_busy", "another upgrade of the device runs", job.device.str());
}
Error no_job(const JobId& id) { return not_found("job.not_found", "no job bears this id", id.str()); }

}  // namespace

void JobStore::count(const TaskId& task, const TaskCounters& change) {
    if (change == TaskCounters{}) return;
    Query(connection_, kCount, change.total, change.wait, change.processing, change.success, change.fail, change.stop,
          change.timeout, task)
        .run();
}

Status JobStore::insert(const Job& job) try {
    Query(connection_, kInsert, job.id, job.task, job.device, job.app, job.package, to_string(job.state),
          job.deadline, job.failures, job.executes_sent, job.source_version, job.current_version, cell_of(job),
          coverage_of(job), job.holds_slot, job.detail, job.timed_out, job.confirmed, job.created_at, job.started_at,
          job.ended_at, job.chunks_served, to_string(domain::status_of(job.state)))
        .run();
    count(job.task, share_of(job.state, job.timed_out));
    return {};
} catch (...) {
    return caught(
        {{"jobs.device, jobs.task", conflict("job.duplicate", "the task has a job of the device", job.device.str())},
         {"jobs.id", conflict("job.duplicate", "a job of this id exists", job.id.str())},
         {"jobs.device", busy(job)},
         {kForeignKey, not_found("task.not_found", "no task bears this id", job.task.str())}});
}

/// The task's counters are written once, not with every job.
Status JobStore::insert_all(std::span<const Job> jobs) try {
    if (jobs.empty()) return {};
    const auto& task = jobs.front().task;
    std::int64_t inserted = 0;
    {
        const auto& first = jobs.front();
        Query insert(connection_, kInsertNew, first.id, first.device, first.created_at, task, first.app,
                     first.package);
        inserted = insert.run();
        for (const auto& job : jobs.subspan(1)) {
            insert.rebind(job.id, job.device, job.created_at);
            inserted += insert.run();
        }
    }
    if (inserted > 0) count(task, {.total = inserted, .wait = inserted});
    return {};
} catch (...) {
    const auto& task = jobs.front().task;
    return caught({{"jobs.id", conflict("job.duplicate", "a job of one of these ids exists")},
                   {kForeignKey, not_found("task.not_found", "no task bears this id", task.str())}});
}

Status JobStore::save(const Job& job) try {
    std::int64_t sequence = 0;
    TaskId task;
    TaskCounters old_share;
    bool same_status = false;
    bool same_state = false;
    {
        Query row(connection_, kStored, job.id);
        if (!row.next()) return no_job(job.id);
        sequence = row.integer();
        task = row.id<TaskId>();
        const auto state = row.named(domain::parse_job_state);
        old_share = share_of(state, row.flag());
        same_state = row.maybe_time() == job.deadline && state == job.state;
        same_status = row.maybe_time() == job.ended_at && domain::status_of(state) == domain::status_of(job.state);
    }
    Query update(connection_,
                 !same_status ? kUpdateStatus
                 : same_state ? kUpdateProgress
                              : kUpdateState,
                 job.failures, job.executes_sent, job.source_version, job.current_version, cell_of(job),
                 coverage_of(job), job.holds_slot, job.detail, job.timed_out, job.started_at, job.chunks_served,
                 job.confirmed);
    if (!same_status || !same_state) {
        update.bind(to_string(job.state));
        update.bind(job.deadline);
    }
    if (!same_status) {
        update.bind(to_string(domain::status_of(job.state)));
        update.bind(job.ended_at);
    }
    update.bind(sequence);
    update.run();
    count(task, share_of(job.state, job.timed_out) - old_share);
    return {};
} catch (...) {
    return caught({{"jobs.device", busy(job)}});
}

Result<std::optional<Job>> JobStore::find(const JobId& id) try {
    Query row(connection_, kFind, id);
    return row.next() ? std::optional(read_job(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Job>> JobStore::find_of(const TaskId& task, const DeviceId& device) try {
    Query row(connection_, kFindOf, device, task);
    return row.next() ? std::optional(read_job(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Job>> JobStore::find_running(const DeviceId& device) try {
    Query row(connection_, kFindRunning, device);
    return row.next() ? std::optional(read_job(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<std::optional<Job>> JobStore::find_last_finished(const DeviceId& device) try {
    Query row(connection_, kFindLastFinished, device);
    return row.next() ? std::optional(read_job(row)) : std::nullopt;
} catch (...) {
    return caught();
}

Result<ports::Page<Job>> JobStore::list(const ports::JobFilter& filter, const ports::PageRequest& page) try {
    const auto after = parse_sequence_cursor(page.after);
    if (!after) return after.error();
    const auto status = filter.state ? std::optional(domain::status_of(*filter.state)) : filter.status;
    if (filter.status && filter.status != status) return ports::Page<Job>{};
    if (!status) {
        Query rows(connection_, kList, filter.task, *after);
        return read_page(rows, page, read_job);
    }
    if (filter.state && status == JobStatus::Processing) {
        Query rows(connection_, kListInState, filter.task, *after, to_string(*filter.state));
        return read_page(rows, page, read_job);
    }
    Query rows(connection_, kListInStatus, filter.task, *after,
               to_string(*status));  // of the others each is one state
    return read_page(rows, page, read_job);
} catch (...) {
    return caught();
}

Result<std::vector<Job>> JobStore::overdue(Timestamp now, std::uint32_t limit) try {
    Query rows(connection_, kOverdue, now, limit);
    return read_jobs(rows);
} catch (...) {
    return caught();
}

Result<std::vector<Job>> JobStore::live(const JobId& after, std::uint32_t limit) try {
    DeviceId last;
    if (!after.empty()) {
        Query row(connection_, kDeviceOf, after);
        // Silence would end the caller's loop before its time.
        if (!row.next()) return no_job(after);
        last = row.id<DeviceId>();
    }
    Query rows(connection_, kLive, last, limit);
    return read_jobs(rows);
} catch (...) {
    return caught();
}

}  // namespace cellwise::sqlite
