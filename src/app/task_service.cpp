// SPDX-License-Identifier: Apache-2.0
#include "app/task_service.hpp"

#include "app/new_id.hpp"
#include "app/task_checks.hpp"
#include "app/upgrade_engine.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>

namespace cellwise::app {
namespace {

using domain::Job;
using domain::JobState;
using domain::Task;
using domain::TaskState;
using ports::Transaction;

constexpr std::uint32_t kTasksPerTick = 50;
constexpr std::uint32_t kDevicesPerBatch = 1'000;
// A device answers meanwhile: what a batch takes is how late its datagram is read, some 5 ms on a slow core.
constexpr std::uint32_t kJobsPerBatch = 32;

/// In ascending order: a batch's entries then stand side by side in the database's index of ids.
std::vector<JobId> new_job_ids(ports::Random& random, Timestamp now, std::size_t count) {
    std::vector<JobId> ids;
    ids.reserve(count);
    while (ids.size() < count) ids.push_back(new_timed_id<JobId>(random, now));
    std::sort(ids.begin(), ids.end());
    return ids;
}

Job new_job(const Task& task, const DeviceId& device, JobId id, Timestamp now) {
    return Job{
        .id = id, .task = task.id, .device = device, .app = task.app, .package = task.package, .created_at = now};
}

Task make_task(const NewTask& request, TaskId id, Timestamp now, Duration start_delay) {
    const bool custom = request.policy.execute_type == domain::ExecuteType::Custom;
    return Task{.id = id,
                .app = request.app,
                .name = request.name,
                .package = request.package,
                .targets = request.targets,
                .policy = request.policy,
                .created_at = now,
                .due_at = custom ? std::max(*request.policy.start_time, now + start_delay) : now + start_delay};
}

const std::vector<JobState> kNotBegun{
    JobState::Waiting, JobState::WaitingOnline, JobState::Querying,           JobState::ReadingRadio,
    JobState::Queued,  JobState::WaitingRetry,  JobState::WaitingConfirmation};
const std::vector<JobState> kStoppable{
    JobState::Waiting,      JobState::WaitingOnline,      JobState::Querying,    JobState::ReadingRadio,
    JobState::Queued,       JobState::Notifying,          JobState::Downloading, JobState::Suspended,
    JobState::WaitingRetry, JobState::WaitingConfirmation};

}  // namespace

TaskService::TaskService(ports::Database& database, ports::Clock& clock, ports::Random& random, UpgradeEngine& engine,
                         Duration start_delay, const MqttPresence* mqtt)
    : database_(database), clock_(clock), random_(random), engine_(engine), start_delay_(start_delay), mqtt_(mqtt) {}

void TaskService::create(NewTask request, Created done) {
    const auto now = clock_.now();
    if (auto policy = check_policy(request.policy, now); !policy) return done(policy.error());
    auto task = make_task(request, new_timed_id<TaskId>(random_, now), now, start_delay_);
    const auto& devices = request.targets.devices;
    const auto ids = new_job_ids(random_, now, devices.size());
    std::vector<Job> jobs;
    jobs.reserve(devices.size());
    std::unordered_set<DeviceId> named;
    for (const auto& device : devices) {
        if (named.insert(device).second) jobs.push_back(new_job(task, device, ids[jobs.size()], now));
    }
    task.expanded = !jobs.empty();
    task.counters.total = task.counters.wait = static_cast<std::int64_t>(jobs.size());
    auto announce = [this, task, done = std::move(done)](const Status& written) {
        if (!written) return done(written.error());
        changed_(task.id);
        log::info("task created", {{"task", task.id}, {"jobs", task.counters.total}});
        done(task);
    };
    writer_.write(std::move(request), std::move(task), std::move(jobs), std::move(announce));
}

Result<Task> TaskService::find(const TaskId& id) {
    std::optional<Task> task;
    const auto read = database_.read([&](Transaction& tx) -> Status {
        auto found = tx.tasks().find(id);
        if (!found) return found.error();
        task = std::move(*found);
        return Status{};
    });
    if (!read) return read.error();
    if (!task) return not_found("task.not_found", "no task bears this id", id.str());
    return *task;
}

std::vector<Job> TaskService::jobs_in(const TaskId& task, const std::vector<JobState>& states) {
    std::vector<Job> jobs;
    const auto read = database_.read([&](Transaction& tx) -> Status {
        for (const auto state : states) {
            if (jobs.size() >= kJobsPerBatch) break;
            const auto room = static_cast<std::uint32_t>(kJobsPerBatch - jobs.size());
            auto found = tx.jobs().list({.task = task, .state = state}, {.limit = room});
            if (!found) return found.error();
            jobs.insert(jobs.end(), found->items.begin(), found->items.end());
        }
        return Status{};
    });
    if (!read) log::error("jobs cannot be read", {{"task", task}, {"reason", read.error().message}});
    return jobs;
}

void TaskService::save(Task task, Done done) {
    busy_.insert(task.id);
    const auto id = task.id;
    auto work = [task = std::move(task)](Transaction& tx) { return tx.tasks().save(task); };
    database_.write(std::move(work), [this, id, done = std::move(done)](const Status& status) {
        busy_.erase(id);
        if (!status) log::error("task cannot be saved", {{"task", id}, {"reason", status.error().message}});
        changed_(id);
        done(status);
    });
}

// Ends. ----------------------------------------------------------------------------------------------------------

void TaskService::stop(const TaskId& id, Done done) {
    const auto task = find(id);
    if (!task) return done(task.error());
    if (domain::is_finished(task->state)) {
        return done(conflict("task.finished", "the task has ended already", id.str()));
    }
    if (!busy_.insert(id).second) {
        return done(conflict("task.busy", "the task is being changed just now: try again", id.str()));
    }
    stop_batch(id, std::move(done));
}

/// Batch by batch, each after the commit of the one before; the task says `stop` only when none of its jobs can
/// begin.
void TaskService::stop_batch(const TaskId& id, Done done) {
    std::size_t told = 0;
    for (const auto& job : jobs_in(id, kStoppable)) told += engine_.tell(job, domain::StopRequested{});
    if (told > 0) {
        return database_.write([](Transaction&) { return Status{}; },
                               [this, id, done = std::move(done)](const Status&) { stop_batch(id, done); });
    }
    auto task = find(id);
    if (!task) {
        busy_.erase(id);
        return done(task.error());
    }
    task->state = TaskState::Stop;
    task->stopped_at = clock_.now();
    log::info("task stopped", {{"task", id}});
    save(std::move(*task), std::move(done));
}

void TaskService::erase(const TaskId& id, Done done) {
    const auto task = find(id);
    if (!task) return done(task.error());
    // A stopped task can have jobs that are still installing.
    if (!domain::is_finished(task->state) || task->counters.wait + task->counters.processing > 0) {
        return done(conflict("task.running", "a task is deleted when it has ended: stop it first", id.str()));
    }
    auto work = [id](Transaction& tx) -> Status {
        const auto erased = tx.tasks().erase(id);
        return erased ? Status{} : Status{erased.error()};
    };
    database_.write(std::move(work), [this, id, done = std::move(done)](const Status& status) {
        if (status) changed_(id);
        done(status);
    });
}

// Time. ----------------------------------------------------------------------------------------------------------

void TaskService::tick() {
    std::vector<Task> due;
    const auto read = database_.read([&](Transaction& tx) -> Status {
        auto tasks = tx.tasks().due(clock_.now(), kTasksPerTick);
        if (!tasks) return tasks.error();
        due = std::move(*tasks);
        return Status{};
    });
    if (!read) return log::error("due tasks cannot be read", {{"reason", read.error().message}});
    for (const auto& task : due) {
        if (!busy_.contains(task.id)) work_on(task);
    }
}

void TaskService::work_on(const Task& task) {
    const auto now = clock_.now();
    if (!task.expanded) return expand(task);
    const bool held = is_held(task);
    if (task.state == TaskState::Wait) {
        if (task.due_at > now || held) return;
        auto started = task;
        started.state = TaskState::Processing;
        started.started_at = now;
        log::info("task started", {{"task", task.id}, {"jobs", task.counters.total}});
        // The jobs at once too: nobody should see a task that runs with all of its jobs waiting.
        return start_jobs(started, TaskChange::Begins);
    }
    const bool over = task.policy.end_time && *task.policy.end_time <= now;
    if (over && end_waiting_jobs(task)) return;
    if (task.counters.wait > 0 && held) return;
    if (task.counters.wait > 0) return start_jobs(task, TaskChange::None);
    if (task.counters.processing > 0) return;
    auto ended = task;
    ended.state = task.counters.fail + task.counters.stop == 0 ? TaskState::Success : TaskState::Failed;
    ended.stopped_at = now;
    log::info("task ended", {{"task", task.id},
                             {"state", domain::to_string(ended.state)},
                             {"success", task.counters.success},
                             {"fail", task.counters.fail}});
    save(std::move(ended), [](const Status&) {});
}

void TaskService::expand(const Task& task) {
    const auto now = clock_.now();
    busy_.insert(task.id);
    auto work = [task, ids = new_job_ids(random_, now, kDevicesPerBatch), now,
                 moment = moment()](Transaction& tx) -> Status {
        const auto checked = check_new_task(tx, {.app = task.app, .package = task.package});
        if (!checked) return checked.error();
        const auto targets = next_targets(tx, task, checked->product, moment, kDevicesPerBatch);
        if (!targets) return targets.error();
        std::vector<Job> jobs;
        for (const auto& device : targets->first) jobs.push_back(new_job(task, device, ids[jobs.size()], now));
        if (auto inserted = tx.jobs().insert_all(jobs); !inserted) return inserted;
        auto further = task;
        further.expansion_cursor = targets->second;
        further.expanded = targets->second.empty();
        return tx.tasks().save(further);
    };
    database_.write(std::move(work), [this, id = task.id](const Status& status) {
        busy_.erase(id);
        if (!status) log::error("task cannot be expanded", {{"task", id}, {"reason", status.error().message}});
        changed_(id);
    });
}

domain::StartVerdict TaskService::verdict_for(Transaction& tx, const Job& job, ProductsOfBatch& products) {
    const auto device = tx.devices().find(job.device);
    if (!device || !*device) return domain::StartVerdict::Clear;  // deleted meanwhile: it will not come online
    const auto known = products.find((*device)->product);
    if (known != products.end()) return known->second;
    auto verdict = domain::StartVerdict::Clear;
    const auto product = tx.products().find((*device)->product);
    const auto package = tx.packages().find(job.package);
    if (product && (!*product || !(*product)->supports_software_upgrade)) {
        verdict = domain::StartVerdict::Unsupported;
    } else if (product && package && *package) {  // without it the job cannot be planned either, and says so
        const auto& description = (*package)->description;
        const bool same = description.manufacturer_name == (*product)->manufacturer_name &&
                          description.device_type == (*product)->device_type &&
                          description.model == (*product)->model;
        if (!same) verdict = domain::StartVerdict::Mismatch;
    }
    products.emplace((*device)->product, verdict);
    return verdict;
}

std::vector<domain::StartVerdict> TaskService::verdicts_for(const std::vector<Job>& jobs) {
    std::vector<domain::StartVerdict> verdicts;
    ProductsOfBatch products;
    const auto read = database_.read([&](Transaction& tx) -> Status {
        for (const auto& job : jobs) verdicts.push_back(verdict_for(tx, job, products));
        return Status{};
    });
    if (!read) log::error("devices of jobs cannot be read", {{"reason", read.error().message}});
    verdicts.resize(jobs.size(), domain::StartVerdict::Clear);
    return verdicts;
}

/// Batch by batch, each after the commit of the one before, so that the loop serves devices in between.
void TaskService::start_jobs(const Task& task, TaskChange change) {
    const auto jobs = jobs_in(task.id, {JobState::Waiting});
    const auto verdicts = verdicts_for(jobs);
    std::size_t told = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const auto upgrading = engine_.is_upgrading(jobs[i].device);
        const bool is_conflict = upgrading && *upgrading;
        told += engine_.tell(jobs[i], domain::Started{is_conflict ? domain::StartVerdict::Conflict : verdicts[i]});
    }
    if (told > 0 || change == TaskChange::Begins) commit_batch(task, change, told);
}

bool TaskService::end_waiting_jobs(const Task& task) {
    std::size_t told = 0;
    for (const auto& job : jobs_in(task.id, kNotBegun)) told += engine_.tell(job, domain::TaskEnded{});
    if (told > 0) commit_batch(task, TaskChange::None, told);
    return told > 0;
}

/// Until the jobs that were told are committed they would be read as before, and told again. Then the task goes on.
void TaskService::commit_batch(const Task& task, TaskChange change, std::size_t told) {
    busy_.insert(task.id);
    auto work = [task, change](Transaction& tx) {
        return change == TaskChange::None ? Status{} : tx.tasks().save(task);
    };
    database_.write(std::move(work), [this, id = task.id, told](const Status& status) {
        busy_.erase(id);
        if (!status) return log::error("task cannot be saved", {{"task", id}, {"reason", status.error().message}});
        changed_(id);
        if (told == 0) return;
        if (const auto stored = find(id)) work_on(*stored);
    });
}

}  // namespace cellwise::app
