// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/task_view.hpp"

#include "adapters/rest/live_views.hpp"
#include "adapters/rest/views.hpp"

#include "cellwise/domain/job.hpp"

namespace cellwise::rest {
namespace {

using domain::Task;

void write_retry(json::Writer& out, const domain::RetryOf& retry) {
    out.key("failedOf").begin_object().field("taskId", retry.task).key("include").begin_array();
    if (retry.failed) out.value(to_string(domain::JobStatus::Fail));
    if (retry.stopped) out.value(to_string(domain::JobStatus::Stop));
    out.end_array().end_object();
}

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
    if (targets.retry_of) write_retry(out, *targets.retry_of);
    out.end_object();
}

void write_policy(json::Writer& out, const domain::TaskPolicy& policy) {
    out.key("policy").begin_object().field("executeType", to_string(policy.execute_type));
    out.field("startTime", to_rfc3339(policy.start_time)).field("endTime", to_rfc3339(policy.end_time));
    out.field("retryTimes", policy.retry_times);
    out.field("retryInterval", std::chrono::duration_cast<std::chrono::seconds>(policy.retry_interval).count());
    out.field("appConfirm", policy.app_confirm);
    out.end_object();
}

/// A list leaves the targets out: they may be thousands a task.
enum class Detail { Row, Whole };

void write(json::Writer& out, const Task& task, Detail detail) {
    out.begin_object().field("taskId", task.id).field("name", task.name).field("appId", or_null(task.app));
    out.field("fileId", task.package);
    if (detail == Detail::Whole) write_targets(out, task.targets);
    write_policy(out, task.policy);
    out.field("state", to_string(task.state)).field("paused", task.paused && !is_finished(task.state));
    out.field("expanded", task.expanded);
    write_counters(out, task.counters);
    out.field("createdAt", to_rfc3339(task.created_at)).field("dueAt", to_rfc3339(task.due_at));
    out.field("startedAt", to_rfc3339(task.started_at)).field("stoppedAt", to_rfc3339(task.stopped_at)).end_object();
}

}  // namespace

void write_task_row(json::Writer& out, const Task& task) { write(out, task, Detail::Row); }
void write_task(json::Writer& out, const Task& task) { write(out, task, Detail::Whole); }

std::string show_task(const Task& task) {
    return json_of([&](json::Writer& out) { write_task(out, task); });
}

}  // namespace cellwise::rest
