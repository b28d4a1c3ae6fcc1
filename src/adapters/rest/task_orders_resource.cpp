// SPDX-License-Identifier: Apache-2.0
// What is done with a task that is there: pause, resume, retry, confirm.
#include "adapters/rest/call.hpp"
#include "adapters/rest/resources.hpp"
#include "adapters/rest/task_view.hpp"
#include "app/task_service.hpp"
#include "app/text_rules.hpp"

namespace cellwise::rest::tasks {
namespace {

Result<TaskId> task_of(const Call& call) {
    return path_id<TaskId>(call, missing(call, "task.not_found", "there is no such task"));
}

/// No body: what failed, under the task's own name.
Result<app::RetryRequest> read_retry(const ports::HttpRequest& request) {
    app::RetryRequest retry;
    if (request.body.empty()) return retry;
    const auto body = body_of(request);
    if (!body) return body.error();
    json::ObjectReader in(*body, json::Unknown::Refuse);
    retry.name = in.optional_text("name");
    if (const auto include = in.optional_texts("include", 2)) {
        retry.failed = retry.stopped = false;
        for (const auto& word : *include) {
            if (word != "fail" && word != "stop")
                in.fail("include", "request.field.invalid", "must be fail or stop", word);
            (word == "fail" ? retry.failed : retry.stopped) = true;
        }
        if (include->empty()) in.fail("include", "request.field.range", "must not be empty");
    }
    if (auto ok = in.finish(); !ok) return ok.error();
    if (retry.name) {
        if (auto ok = app::check_text("name", *retry.name, {1, 128}); !ok) return ok.error();
    }
    return retry;
}

}  // namespace

void pause(Call call) {
    const auto id = task_of(call);
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post(
        [&tasks = call.services.tasks, id = *id, done = answer_empty(call.respond)] { tasks.pause(id, done); });
}

void resume(Call call) {
    const auto id = task_of(call);
    if (!id) return refuse(call.respond, id.error());
    call.services.loop.post(
        [&tasks = call.services.tasks, id = *id, done = answer_empty(call.respond)] { tasks.resume(id, done); });
}

void retry(Call call) {
    const auto id = task_of(call);
    if (!id) return refuse(call.respond, id.error());
    auto request = read_retry(call.request);
    if (!request) return refuse(call.respond, request.error());
    call.services.loop.post(
        [&tasks = call.services.tasks, id = *id, request = std::move(*request),
         done = answer<domain::Task>(call.respond, 201, show_task)] { tasks.retry(id, request, done); });
}

void confirm(Call call) {
    const auto id = task_of(call);
    if (!id) return refuse(call.respond, id.error());
    const auto device =
        path_id<DeviceId>(call, missing(call, "job.not_found", "the task has no job of this device", 1), 1);
    if (!device) return refuse(call.respond, device.error());
    call.services.loop.post([&tasks = call.services.tasks, id = *id, device = *device, by = call.caller.application,
                             done = answer_empty(call.respond)] { tasks.confirm(id, device, by, done); });
}

}  // namespace cellwise::rest::tasks
