// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "adapters/rest/task_body.hpp"
#include "app/task_service.hpp"

namespace cellwise::rest::tasks {
namespace {

using domain::Job;
using domain::Task;

Error no_such_task(const Call& call) { return missing(call, "task.not_found", "there is no such task"); }

void write_targets(json::Writer& out, const domain::TaskTargets& targets) {
    out.key("targets").begin_object();
    if (!targets.devices.empty()) {
        out.key("devices").begin_array();
        for (const auto& device : targets.devices) out.value(device);
        out.end_array();
    }
    if (!targets.groups.empty()) {
        out.key("groups").begin_array();
        for (const auto& group : targets.groups) out.value(group);
        out.end_array();
    }
    if (targets.product) out.key("filter").begin_object().field("productId", *targets.product).end_object();
    if (targets.all) out.field("all", true);
    out.end_object();
}

void write_policy(json::Writer& out, const domain::TaskPolicy& policy) {
    out.key("policy").begin_object().field("executeType", to_string(policy.execute_type));
    out.field("startTime", to_rfc3339(policy.start_time)).field("endTime", to_rfc3339(policy.end_time));
    out.field("retryTimes", policy.retry_times);
    out.field("retryInterval", std::chrono::duration_cast<std::chrono::seconds>(policy.retry_interval).count());
    out.end_object();
}

void write_counters(json::Writer& out, const domain::TaskCounters& counters) {
    out.key("counters").begin_object().field("total", counters.total).field("wait", counters.wait);
    out.field("processing", counters.processing).field("success", counters.success).field("fail", counters.fail);
    out.field("stop", counters.stop).field("timeout", counters.timeout).end_object();
}

/// A list leaves the targets out: they may be thousands a task.
enum class Detail { Row, Whole };

void write(json::Writer& out, const Task& task, Detail detail) {
    out.begin_object().field("taskId", task.id).field("name", task.name).field("appId", or_null(task.app));
    out.field("fileId", task.package);
    if (detail == Detail::Whole) write_targets(out, task.targets);
    write_policy(out, task.policy);
    out.field("state", to_string(task.state)).field("expanded", task.expanded);
    write_counters(out, task.counters);
    out.field("createdAt", to_rfc3339(task.created_at)).field("dueAt", to_rfc3339(task.due_at));
    out.field("startedAt", to_rfc3339(task.started_at)).field("stoppedAt", to_rfc3339(task.stopped_at)).end_object();
}
void write_row(json::Writer& out, const Task& task) { write(out, task, Detail::Row); }
void write_whole(json::Writer& out, const Task& task) { write(out, task, Detail::Whole); }

std::string show_task(const Task& task) {
    return json_of([&](json::Writer& out) { write_whole(out, task); });
}

void write_job(json::Writer& out, const Job& job) {
    out.begin_object().field("jobId", job.id).field("taskId", job.task).field("deviceId", job.device);
    out.field("state", to_string(job.state)).field("status", to_string(domain::status_of(job.state)));
    out.field("detail", or_null(printable(job.detail))).field("timedOut", job.timed_out);
    out.field("failures", job.failures);
    out.field("sourceVersion", or_null(job.source_version.text()));
    out.field("currentVersion", or_null(job.current_version.text()));
    out.field("cell", job.cell ? or_null(job.cell->cell.text) : std::nullopt);
    out.field("coverageClass", job.cell ? std::optional(to_string(job.cell->coverage)) : std::nullopt);
    out.field("holdsSlot", job.holds_slot).field("chunksServed", job.chunks_served);
    out.field("createdAt", to_rfc3339(job.created_at)).field("startedAt", to_rfc3339(job.started_at));
    out.field("endedAt", to_rfc3339(job.ended_at)).end_object();
}

template <class T, class Parse>
Result<std::optional<T>> query_word(const ports::HttpRequest& request, const char* name, Parse parse,
                                    const char* rule) {
    const auto written = request.query_value(name);
    if (!written) return std::optional<T>{};
    if (const auto value = parse(*written)) return value;
    return invalid("request.query.invalid", name, std::string(name) + ' ' + rule, std::string(*written));
}

Result<ports::TaskFilter> filter_of(const ports::HttpRequest& request) {
    const auto app = query_id<AppId>(request, "appId", kHex24Rule);
    if (!app) return app.error();
    const auto device = query_id<DeviceId>(request, "deviceId", kUuidRule);
    if (!device) return device.error();
    const auto state = query_word<domain::TaskState>(request, "state", domain::parse_task_state,
                                                     "must be wait, processing, success, failed or stop");
    if (!state) return state.error();
    return ports::TaskFilter{.app = *app, .state = *state, .device = *device};
}

}  // namespace

void create(Call call) {
    const auto body = body_of(call.request);
    if (!body) return refuse(call.respond, body.error());
    auto task = read_new_task(*body);
    if (!task) return refuse(call.respond, task.error());
    call.services.loop.post([&tasks = call.services.tasks, task = std::move(*task),
                             done = answer<Task>(call.respond, 201, show_task)] { tasks.create(task, done); });
}

void list(Call call) {
    const auto page = page_of(call.request, {"appId", "deviceId", "state"});
    if (!page) return refuse(call.respond, page.error());
    const auto filter = filter_of(call.request);
    if (!filter) return refuse(call.respond, filter.error());
    reply_list<Task>(
        call, [&](ports::Transaction& tx) { return tx.tasks().list(*filter, *page); }, alone(write_row));
}

void show(Call call) {
    const auto id = path_id<TaskId>(call, no_such_task(call));
    if (!id) return refuse(call.respond, id.error());
    reply_one<Task>(
        call, no_such_task(call), [&](ports::Transaction& tx) { return tx.tasks().find(*id); }, alone(write_whole));
}

void stop(Call call) {
    const auto id = path_id<TaskId>(call, no_such_task(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post(
        [&tasks = call.services.tasks, id = *id, done = answer_empty(call.respond)] { tasks.stop(id, done); });
}

void erase(Call call) {
    const auto id = path_id<TaskId>(call, no_such_task(call));
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post(
        [&tasks = call.services.tasks, id = *id, done = answer_empty(call.respond)] { tasks.erase(id, done); });
}

void list_jobs(Call call) {
    const auto id = path_id<TaskId>(call, no_such_task(call));
    if (!id) return refuse(call.respond, id.error());
    const auto page = page_of(call.request, {"status"});
    if (!page) return refuse(call.respond, page.error());
    const auto status = query_word<domain::JobStatus>(call.request, "status", domain::parse_job_status,
                                                      "must be wait, processing, success, fail or stop");
    if (!status) return refuse(call.respond, status.error());
    const ports::JobFilter filter{.task = *id, .status = *status};
    const auto list_of_task = [&](ports::Transaction& tx) -> Result<ports::Page<Job>> {
        const auto task = tx.tasks().find(*id);
        if (!task) return task.error();
        if (!*task) return no_such_task(call);
        return tx.jobs().list(filter, *page);
    };
    reply_list<Job>(call, list_of_task, alone(write_job));
}

}  // namespace cellwise::rest::tasks
