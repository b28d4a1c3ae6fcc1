// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/live_views.hpp"
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"
#include "adapters/rest/task_body.hpp"
#include "adapters/rest/task_view.hpp"
#include "app/task_service.hpp"

namespace cellwise::rest::tasks {
namespace {

using domain::Job;
using domain::Task;

Error no_such_task(const Call& call) { return missing(call, "task.not_found", "there is no such task"); }

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
        call, [&](ports::Transaction& tx) { return tx.tasks().list(*filter, *page); }, alone(write_task_row));
}

void show(Call call) {
    const auto id = path_id<TaskId>(call, no_such_task(call));
    if (!id) return refuse(call.respond, id.error());
    reply_one<Task>(
        call, no_such_task(call), [&](ports::Transaction& tx) { return tx.tasks().find(*id); }, alone(write_task));
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
    const auto page = page_of(call.request, {"status", "state"});
    if (!page) return refuse(call.respond, page.error());
    const auto state = query_word<domain::JobState>(call.request, "state", domain::parse_job_state,
                                                    "must be a job's state, such as waiting_confirmation");
    if (!state) return refuse(call.respond, state.error());
    const auto status = query_word<domain::JobStatus>(call.request, "status", domain::parse_job_status,
                                                      "must be wait, processing, success, fail or stop");
    if (!status) return refuse(call.respond, status.error());
    const ports::JobFilter filter{.task = *id, .status = *status, .state = *state};
    const auto list_of_task = [&](ports::Transaction& tx) -> Result<ports::Page<Job>> {
        const auto task = tx.tasks().find(*id);
        if (!task) return task.error();
        const auto& app = call.caller.application;
        if (!*task || (app && (*task)->app != *app)) return no_such_task(call);
        return tx.jobs().list(filter, *page);
    };
    reply_list<Job>(call, list_of_task, alone(write_job));
}

}  // namespace cellwise::rest::tasks
