// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/basic_time.hpp"
#include "adapters/northbound/resources.hpp"
#include "adapters/northbound/upgrade_request.hpp"
#include "app/task_service.hpp"

namespace cellwise::northbound::operations {
namespace {

using domain::Job;
using domain::Package;
using domain::Task;
using ports::Transaction;

constexpr std::uint32_t kPageSize = 10;
constexpr std::uint32_t kLargestPage = 100;
constexpr std::string_view kOperateType = "software_upgrade";

Error no_such_task() { return not_found("task.not_found", "there is no such task"); }

template <class T>
std::optional<std::string_view> or_null(const T& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

void write_targets(json::Writer& out, const domain::TaskTargets& targets, const std::optional<Package>& package) {
    out.key("targets").begin_object().key("devices");
    if (targets.devices.empty()) {
        out.null();
    } else {
        out.begin_array();
        for (const auto& device : targets.devices) out.value(device);
        out.end_array();
    }
    out.key("deviceGroups");
    if (targets.groups.empty()) {
        out.null();
    } else {
        out.begin_array();
        for (const auto& group : targets.groups) out.value(group);
        out.end_array();
    }
    const bool named = !targets.groups.empty() && package;
    const auto word = [named](std::string_view text) { return named ? std::optional(text) : std::nullopt; };
    const auto& model = package ? package->description : domain::UpgradeDescription{};
    out.field("deviceType", word(model.device_type)).field("model", word(model.model));
    out.field("manufacturerName", word(model.manufacturer_name)).end_object();
}

void write_policy(json::Writer& out, const domain::TaskPolicy& policy) {
    const bool retry = policy.retry_times > 0;
    out.key("policy").begin_object().field("executeType", to_string(policy.execute_type));
    out.field("startTime", to_basic_time(policy.start_time)).field("endTime", to_basic_time(policy.end_time));
    out.field("retryType", retry).field("retryTimes", retry ? std::optional(policy.retry_times) : std::nullopt);
    if (policy.app_confirm) out.field("appConfirm", true);
    out.end_object();
}

void write_counters(json::Writer& out, const domain::TaskCounters& counters) {
    out.key("staResult").begin_object().field("total", counters.total).field("wait", counters.wait);
    out.field("processing", counters.processing).field("success", counters.success).field("fail", counters.fail);
    out.field("stop", counters.stop).field("timeout", counters.timeout).end_object();
}

Status write_task(json::Writer& out, Transaction& tx, const Task& task) {
    const auto package = tx.packages().find(task.package);  // a finished task outlives its package
    if (!package) return package.error();
    out.begin_object().field("operationId", task.id).field("createTime", to_basic_time(task.created_at));
    out.field("startTime", to_basic_time(task.started_at)).field("stopTime", to_basic_time(task.stopped_at));
    out.field("operateType", kOperateType);
    write_targets(out, task.targets, *package);
    write_policy(out, task.policy);
    out.field("status", to_string(task.state));
    write_counters(out, task.counters);
    out.key("extendPara");
    if (*package) {
        out.begin_object().field("fileVersion", (*package)->description.version.text()).end_object();
    } else {
        out.null();
    }
    out.end_object();
    return {};
}

void write_job(json::Writer& out, const Job& job) {
    out.begin_object().field("subOperationId", job.id).field("createTime", to_basic_time(job.created_at));
    out.field("startTime", to_basic_time(job.started_at)).field("stopTime", to_basic_time(job.ended_at));
    out.field("operateType", kOperateType).field("deviceId", job.device);
    out.field("status", to_string(domain::status_of(job.state)));
    out.field("detailInfo", or_null(printable(job.detail))).key("extendInfo");
    if (job.source_version.empty() && job.current_version.empty()) {
        out.null();
    } else {
        out.begin_object().field("sourceVersion", job.source_version.text());
        out.field("curVersion", job.current_version.text());
        // The vendor has no word for it, and clients compare his words: so it stands where there is room for ours.
        if (job.state == domain::JobState::WaitingConfirmation) out.field("waitingFor", "confirmation");
        out.end_object();
    }
    out.end_object();
}

/// The task, if it is the caller's.
Result<Task> find_task(Transaction& tx, const AppId& app, const std::string& text) {
    const auto id = TaskId::parse(text);
    if (!id) return no_such_task();
    auto task = tx.tasks().find(*id);
    if (!task) return task.error();
    if (!*task || (*task)->app != app) return no_such_task();
    return **task;
}

/// Groups are said to be of a product model: the package must be for that one.
Result<bool> matches_package(const Call& call, const UpgradeRequest& request) {
    bool matches = true;
    const auto read = call.services.database.read([&](Transaction& tx) -> Status {
        const auto package = tx.packages().find(request.task.package);
        if (!package) return package.error();
        if (!*package) return {};  // the service says so
        const auto& model = (*package)->description;
        matches = model.manufacturer_name == request.manufacturer_name && model.device_type == request.device_type &&
                  model.model == request.model;
        return {};
    });
    if (!read) return read.error();
    return matches;
}

std::int64_t count_of(const domain::TaskCounters& counters, const std::optional<domain::JobStatus>& status) {
    if (!status) return counters.total;
    switch (*status) {
        case domain::JobStatus::Wait:
            return counters.wait;
        case domain::JobStatus::Processing:
            return counters.processing;
        case domain::JobStatus::Success:
            return counters.success;
        case domain::JobStatus::Fail:
            return counters.fail;
        case domain::JobStatus::Stop:
            return counters.stop;
    }
    return 0;
}

/// Words that are none of ours fit nothing; a filter that fits nothing is told by an empty result.
struct TaskQuery {
    ports::TaskFilter filter{};
    bool fits_nothing = false;
};

TaskQuery task_query(const Call& call) {
    TaskQuery query{.filter = {.app = call.app}};
    const auto type = query_value(call, {"operationType"});
    query.fits_nothing = type && *type != kOperateType;
    if (const auto status = query_value(call, {"operationStatus"})) {
        query.filter.state = domain::parse_task_state(*status);
        query.fits_nothing = query.fits_nothing || !query.filter.state;
    }
    if (const auto device = query_value(call, {"deviceId"})) {
        query.filter.device = DeviceId::parse(*device);
        query.fits_nothing = query.fits_nothing || !query.filter.device;
    }
    query.filter.device_type = query_value(call, {"deviceType"});
    query.filter.model = query_value(call, {"model"});
    query.filter.manufacturer_name = query_value(call, {"manufacturerName", "manufactureName"});
    return query;
}

}  // namespace

void create_software_upgrade(Call call) {
    const auto body = body_of(call);
    if (!body) return call.respond(refusal(kBadRequest, body.error().message));
    UpgradeRequest request;
    if (const auto refused = read_upgrade_request(*body, request)) {
        return call.respond(refusal(refused->error, refused->detail));
    }
    request.task.app = call.app;
    if (!request.task.targets.groups.empty()) {
        const auto matches = matches_package(call, request);
        if (!matches) return call.respond(refusal(matches.error(), kBadRequest));
        if (!*matches) return call.respond(refusal(kNotMatching));
    }
    const auto show = [](const Task& task) {
        json::Writer out;
        out.begin_object().field("operationId", task.id).end_object();
        return json_response(200, out.take());
    };
    call.services.loop.post([&tasks = call.services.tasks, task = std::move(request.task),
                             done = answer<Task>(call.respond, kBadRequest, show)] { tasks.create(task, done); });
}

void create_firmware_upgrade(Call call) { call.respond(refusal(kNotOffered, "Use softwareUpgrade.")); }

void list(Call call) {
    const auto page = page_of(call, kPageSize, kLargestPage);
    if (!page) return call.respond(refusal(kPage));
    const auto query = task_query(call);
    reply_read(call, kBadRequest, [&](Transaction& tx, json::Writer& out) -> Status {
        ports::Page<Task> tasks;
        std::int64_t total = 0;
        if (!query.fits_nothing) {
            auto found = tx.tasks().list(query.filter, page->request());
            if (!found) return found.error();
            tasks = std::move(*found);
            const auto count = tx.tasks().count(query.filter);
            if (!count) return count.error();
            total = *count;
        }
        out.begin_object().key("data").begin_array();
        for (const auto& task : tasks.items) {
            if (auto written = write_task(out, tx, task); !written) return written;
        }
        out.end_array();
        write_page(out, *page, total);
        out.end_object();
        return {};
    });
}

void show(Call call) {
    reply_read(call, kBadRequest, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto task = find_task(tx, call.app, call.path_values.front());
        if (!task) return task.error();
        return write_task(out, tx, *task);
    });
}

void list_sub_operations(Call call) {
    const auto page = page_of(call, kPageSize, kLargestPage);
    if (!page) return call.respond(refusal(kPage));
    const auto word = query_value(call, {"subOperationStatus"});
    const auto status = word ? domain::parse_job_status(*word) : std::nullopt;
    const bool fits_nothing = word && !status;
    reply_read(call, kBadRequest, [&](Transaction& tx, json::Writer& out) -> Status {
        const auto task = find_task(tx, call.app, call.path_values.front());
        if (!task) return task.error();
        ports::Page<Job> jobs;
        if (!fits_nothing) {
            auto found = tx.jobs().list({.task = task->id, .status = status}, page->request());
            if (!found) return found.error();
            jobs = std::move(*found);
        }
        out.begin_object().key("data").begin_array();
        for (const auto& job : jobs.items) write_job(out, job);
        out.end_array();
        write_page(out, *page, fits_nothing ? 0 : count_of(task->counters, status));
        out.end_object();
        return {};
    });
}

}  // namespace cellwise::northbound::operations
