// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_status.hpp"
#include "app/task_writer.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/domain/job_machine.hpp"
#include "cellwise/domain/task.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/random.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::app {

class UpgradeEngine;

/// What somebody asks for. Exactly one kind of target; shape and bounds were checked by the face that took it.
struct NewTask {
    AppId app{};  ///< empty: an operator asks
    std::string name{};
    PackageId package{};
    domain::TaskTargets targets{};
    domain::TaskPolicy policy{};
};

/// Which devices of a task are tried again.
struct RetryRequest {
    bool failed = true;
    bool stopped = false;
    std::optional<std::string> name{};  ///< absent: the task's own
};

/// Makes tasks, gives each of their devices a job, starts them when they are due, and ends them. Each tick does a
/// bounded amount from what is stored, so that it goes on after a restart. Loop thread only.
class TaskService {
 public:
    using Created = std::function<void(Result<domain::Task>)>;
    using Done = std::function<void(Status)>;

    /// `mqtt`: who is at the broker, for targets by status.
    TaskService(ports::Database& database, ports::Clock& clock, ports::Random& random, UpgradeEngine& engine,
                Duration start_delay, const MqttPresence* mqtt = nullptr);

    /// Told when a change of a task is durable. Its counters change with its jobs, of which the engine tells.
    using Changed = std::function<void(const TaskId&)>;
    void on_change(Changed changed) { changed_ = std::move(changed); }

    /// Errors: NotFound "task.package.not_found" "task.device.not_found" "task.group.not_found"
    /// "task.product.not_found"; InvalidInput "task.device.mismatch" (the device's product model is not the
    /// package's), "task.policy.start_past", "task.policy.end_before_start", "task.policy.window_short" (under 5
    /// minutes).
    void create(NewTask request, Created done);
    /// A new task for the devices of that one's jobs that ended so, with its package, confirmation and retries, to
    /// begin at once. Errors: those of create; NotFound "task.not_found"; Conflict "task.nothing_to_retry".
    void retry(const TaskId& id, const RetryRequest& request, Created done);
    /// Begins nothing new until it is resumed; its end time holds. What is so already is no error. NotFound
    /// "task.not_found"; Conflict "task.finished".
    void pause(const TaskId& id, Done done);
    void resume(const TaskId& id, Done done);
    /// Gives the word that the device's job waits for; that was given already is no error. NotFound "task.not_found",
    /// "job.not_found"; Conflict "job.not_waiting". `by`: the application that gives it, for which others' tasks do
    /// not exist; nothing: an operator.
    void confirm(const TaskId& id, const DeviceId& device, const std::optional<AppId>& by, Done done);
    /// NotFound "task.not_found"; Conflict "task.finished". Jobs that are installing still end by themselves.
    void stop(const TaskId& id, Done done);
    /// NotFound "task.not_found"; Conflict "task.running", "task.retried".
    void erase(const TaskId& id, Done done);

    /// Now, for a preview. Any thread.
    Moment moment() const { return {clock_.now(), mqtt_}; }
    /// How many may upgrade at once, as it is now.
    domain::SlotLimits slot_limits() const;
    /// What ranks a cell's coverage: callable from any thread.
    const domain::CoverageRanges& ranges() const;

    /// A bounded amount of what is due: starts, expansions, ends. Call about once a second.
    void tick();

 private:
    ports::Database& database_;
    ports::Clock& clock_;
    ports::Random& random_;
    UpgradeEngine& engine_;
    Duration start_delay_;
    const MqttPresence* mqtt_;
    TaskWriter writer_{database_};
    Changed changed_ = [](const TaskId&) {};
    std::set<TaskId> pausing_;  ///< their pause is being written, and holds already
    std::set<TaskId> busy_;     ///< something of theirs is being written: not to be begun twice

    /// What a batch's products and the task's package say of a start, each looked up once.
    using ProductsOfBatch = std::map<ProductId, domain::StartVerdict>;
    enum class TaskChange { None, Begins };

    Result<domain::Task> find(const TaskId& id);
    std::vector<domain::Job> jobs_in(const TaskId& task, const std::vector<domain::JobState>& states);
    bool is_held(const domain::Task& task) const;
    void set_paused(const TaskId& id, bool paused, Done done);
    void work_on(const domain::Task& task);
    void expand(const domain::Task& task);
    void start_jobs(const domain::Task& task, TaskChange change);
    static domain::StartVerdict verdict_for(ports::Transaction& tx, const domain::Job& job,
                                            ProductsOfBatch& products);
    std::vector<domain::StartVerdict> verdicts_for(const std::vector<domain::Job>& jobs);
    bool end_waiting_jobs(const domain::Task& task);
    void commit_batch(const domain::Task& task, TaskChange change, std::size_t told);
    void stop_batch(const TaskId& id, Done done);
    void save(domain::Task task, Done done);
};

}  // namespace cellwise::app
