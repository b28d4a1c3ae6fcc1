// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"
#include "tools/ctl/listing.hpp"
#include "tools/ctl/resources.hpp"
#include "tools/ctl/session.hpp"
#include "tools/ctl/task_body.hpp"
#include "tools/ctl/task_preview.hpp"
#include "tools/ctl/task_watch.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;
using enum Takes;
using enum Need;

constexpr const char* kPath = "/api/v1/tasks";

Status list(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = kPath,
                      .columns = {{"TASK", "/taskId", Show::Text, Never},
                                  {"NAME", "/name"},
                                  {"STATE", "/state", Show::State},
                                  {"TOTAL", "/counters/total", Show::Count},
                                  {"WAIT", "/counters/wait", Show::Count},
                                  {"RUN", "/counters/processing", Show::Count},
                                  {"DONE", "/counters/success", Show::Count},
                                  {"FAIL", "/counters/fail", Show::Count},
                                  {"STOP", "/counters/stop", Show::Count},
                                  {"PAUSED", "/paused", Show::Flag},
                                  {"CREATED", "/createdAt", Show::Time}},
                      .filters = {{"--app", "appId"}, {"--device", "deviceId"}, {"--state", "state"}}},
                     arguments, session);
}

std::string task_path(const Arguments& arguments, std::string_view rest = {}) {
    return path_of(kPath, arguments.get("TASK"), rest);
}

Status show(const Arguments& arguments, Session& session) { return show_one(task_path(arguments), session); }

Status create(const Arguments& arguments, Session& session) {
    const auto body = task_body(arguments, session);
    if (!body) return body.error();
    return create_one(kPath, *body, session);
}

Status preview(const Arguments& arguments, Session& session) {
    const auto body = task_body(arguments, session);
    if (!body) return body.error();
    const auto answer = session.api.post(std::string(kPath) + ":preview", body->dump());
    if (!answer) return answer.error();
    if (session.output.as_json()) return show_record(*answer, session);
    const auto found = object_in(*answer);
    if (!found) return found.error();
    session.output.words() << preview_text(*found, session.output.width(), session.output.colour());
    return {};
}

Status jobs(const Arguments& arguments, Session& session) {
    using enum ColumnTable::Cut;
    return show_list({.path = task_path(arguments, "/jobs"),
                      .columns = {{"DEVICE", "/deviceId", Show::Text, Never},
                                  {"STATUS", "/status", Show::State},
                                  {"STATE", "/state", Show::Text, Never},
                                  {"CELL", "/cell"},
                                  {"CLASS", "/coverageClass"},
                                  {"CHUNKS", "/chunksServed", Show::Count},
                                  {"VERSION", "/currentVersion"},
                                  {"DETAIL", "/detail"}},
                      .filters = {{"--status", "status"}, {"--state", "state"}}},
                     arguments, session);
}

Status stop(const Arguments& arguments, Session& session) {
    return act(task_path(arguments, ":stop"), {}, "stopped; what installs already goes on to its end", session);
}

Status pause(const Arguments& arguments, Session& session) {
    return act(task_path(arguments, ":pause"), {}, "paused; what has begun goes on", session);
}

Status resume(const Arguments& arguments, Session& session) {
    return act(task_path(arguments, ":resume"), {}, "resumed", session);
}

Status retry(const Arguments& arguments, Session& session) {
    Json body = Json::object();
    if (arguments.has("--stopped")) body["include"] = {"fail", "stop"};
    put_text(body, "name", arguments, "--name");
    return create_one(task_path(arguments, ":retry"), body, session);
}

Status confirm(const Arguments& arguments, Session& session) {
    for (const auto& word : arguments.all("DEVICE")) {
        const auto id = device_id(word, session);
        if (!id) return id.error();
        const auto path = path_of(task_path(arguments, "/jobs"), *id, ":confirm");
        if (const auto done = act(path, {}, "device " + *id + " confirmed", session); !done) return done;
    }
    return {};
}

Status erase(const Arguments& arguments, Session& session) {
    return erase_each(kPath, arguments.all("TASK"), "task", session);
}

}  // namespace

Resource tasks_commands() {
    const Parameter task{"TASK", "its id", Text, Required};
    std::vector<Parameter> list_options{
        {"--app", "of this application"},
        {"--device", "with this device, by its id"},
        {"--state", "in this state", Text, Optional, {"wait", "processing", "success", "failed", "stop"}}};
    std::vector<Parameter> job_options{
        task,
        {"--status", "of this status", Text, Optional, {"wait", "processing", "success", "fail", "stop"}},
        {"--state", "in this state, such as waiting_confirmation"}};
    return {
        "tasks",
        "task",
        "upgrades of many devices by one package",
        {
            {"list", "all of them, the newest first", list_parameters(std::move(list_options)), list},
            {"show", "one of them, with its targets and counters", {task}, show},
            {"create", "begin an upgrade", task_parameters(), create},
            {"preview", "what such a task would do: how many devices, in which cells", task_parameters(), preview},
            {"jobs", "its devices, and how far each is", list_parameters(std::move(job_options)), jobs},
            {"watch", "look on until it has ended; 5 if it was no success", {task}, watch_task},
            {"stop", "let none of its devices begin any more", {task}, stop},
            {"pause", "let none begin until it is resumed", {task}, pause},
            {"resume", "go on with a paused task", {task}, resume},
            {"retry",
             "a new task for the devices that failed",
             {task, {"--stopped", "also for those that were stopped", Flag}, {"--name", "what to call the new one"}},
             retry},
            {"confirm",
             "let devices begin that wait for a confirmation",
             {task, {"DEVICE", "their ids or node ids", Text, AtLeastOne}},
             confirm},
            {"delete",
             "delete tasks that have ended, with their jobs",
             {{"TASK", "their ids", Text, AtLeastOne}},
             erase},
        }};
}

}  // namespace cellwise::ctl
