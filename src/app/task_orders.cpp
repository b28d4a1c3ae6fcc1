// SPDX-License-Identifier: Apache-2.0
// What operators tell a TaskService to do with a task that is there: pause, resume, retry, confirm.
#include "app/task_service.hpp"
#include "app/transact.hpp"
#include "app/upgrade_engine.hpp"

#include "cellwise/base/log.hpp"

#include <utility>

namespace cellwise::app {
namespace {

using domain::Job;
using domain::JobState;
using domain::Task;
using ports::Transaction;

Error no_such_task(const TaskId& id) { return not_found("task.not_found", "no task bears this id", id.str()); }

Result<Job> find_job(ports::Database& database, const TaskId& task, const DeviceId& device) {
    return read<Job>(database, [&](Transaction& tx) -> Result<Job> {
        auto job = tx.jobs().find_of(task, device);
        if (!job) return job.error();
        if (!*job) return not_found("job.not_found", "the task has no job of this device", device.str());
        return std::move(**job);
    });
}

}  // namespace

// Pause. ---------------------------------------------------------------------------------------------------------

/// After the end time a pause holds nothing back: what has not begun fails.
bool TaskService::is_held(const Task& task) const {
    const bool over = task.policy.end_time && *task.policy.end_time <= clock_.now();
    return !over && (task.paused || pausing_.contains(task.id));
}

void TaskService::pause(const TaskId& id, Done done) { set_paused(id, true, std::move(done)); }
void TaskService::resume(const TaskId& id, Done done) { set_paused(id, false, std::move(done)); }

/// Not by save(): a task can be paused while its jobs are being started, and that saves it, too. A pause holds before
/// it is durable, and an end of one only then.
void TaskService::set_paused(const TaskId& id, bool paused, Done done) {
    const auto task = find(id);
    if (!task) return done(task.error());
    if (domain::is_finished(task->state)) {
        return done(conflict("task.finished", "the task has ended already", id.str()));
    }
    if (paused) {
        pausing_.insert(id);
        engine_.set_pause(id, true, task->resumed_at);
    }
    const auto work = [id, paused, now = clock_.now()](Transaction& tx) -> Result<Task> {
        const auto known = tx.tasks().set_paused(id, paused, now);
        if (!known) return known.error();
        auto stored = tx.tasks().find(id);
        if (!stored) return stored.error();
        if (!*known || !*stored) return no_such_task(id);
        return std::move(**stored);
    };
    write<Task>(database_, work, [this, id, paused, done = std::move(done)](const Result<Task>& stored) {
        if (paused) pausing_.erase(id);
        // What it came to, also where the write failed or another one came between.
        const auto now = stored ? stored : find(id);
        if (now) engine_.set_pause(id, now->paused, now->resumed_at);
        if (!stored) return done(stored.error());
        log::info(paused ? "task paused" : "task resumed", {{"task", id}});
        done({});
    });
}

// Retry. ---------------------------------------------------------------------------------------------------------

void TaskService::retry(const TaskId& id, const RetryRequest& request, Created done) {
    const auto task = find(id);
    if (!task) return done(task.error());
    const auto& counters = task->counters;
    if ((request.failed ? counters.fail : 0) + (request.stopped ? counters.stop : 0) == 0) {
        return done(conflict("task.nothing_to_retry", "no job of the task has ended so", id.str()));
    }
    const auto& former = task->policy;
    create({.app = task->app,
            .name = request.name.value_or(task->name),
            .package = task->package,
            .targets = {.retry_of = domain::RetryOf{id, request.failed, request.stopped}},
            .policy = {.retry_times = former.retry_times,
                       .retry_interval = former.retry_interval,
                       .app_confirm = former.app_confirm}},
           std::move(done));
}

// Confirmation. --------------------------------------------------------------------------------------------------

void TaskService::confirm(const TaskId& id, const DeviceId& device, const std::optional<AppId>& by, Done done) {
    const auto task = find(id);
    if (!task) return done(task.error());
    if (by && task->app != *by) return done(no_such_task(id));
    const auto job = find_job(database_, id, device);
    if (!job) return done(job.error());
    if (job->confirmed && !domain::is_finished(job->state)) return done({});
    const auto refused = conflict("job.not_waiting", "the job waits for no confirmation", device.str());
    if (job->state != JobState::WaitingConfirmation || !engine_.confirm(*job)) return done(refused);
    // In memory it may have come further meanwhile: what is stored after it says whether it was in time.
    database_.write([](Transaction&) { return Status{}; },
                    [this, id, device, refused, done = std::move(done)](const Status& written) {
                        if (!written) return done(written);
                        const auto stored = find_job(database_, id, device);
                        if (!stored) return done(stored.error());
                        done(stored->confirmed ? Status{} : Status{refused});
                    });
}

const domain::CoverageRanges& TaskService::ranges() const { return engine_.ranges(); }

domain::SlotLimits TaskService::slot_limits() const { return engine_.slot_limits(); }

}  // namespace cellwise::app
