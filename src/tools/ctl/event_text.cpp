// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/event_text.hpp"

#include "json/writer.hpp"
#include "tools/ctl/api_client.hpp"
#include "tools/ctl/task_view.hpp"
#include "tools/ctl/value_text.hpp"
#include "tools/shell/display_text.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <vector>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

std::string text_in(const Json& object, const char* name) {
    const auto found = object.find(name);
    return value_text(found == object.end() ? Json() : *found, Show::Text);
}

std::string state_in(const Json& object, const char* name, shell::Colour colour) {
    const auto word = text_in(object, name);
    return shell::toned(word, tone_of(word), colour);
}

bool says(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && !found->is_null();
}

std::string task_line(const Json& task, shell::Colour colour) {
    auto line = "task  " + text_in(task, "taskId");
    if (says(task, "erased")) return line + "  deleted";
    line += "  " + text_in(task, "name") + "  " + state_in(task, "state", colour);
    const auto counters = task.find("counters");
    if (counters == task.end() || !counters->is_object()) return line;
    const auto count = [&](const char* name) { return std::to_string(number_in(*counters, name)); };
    return line + "  " + count("success") + " of " + count("total") + " upgraded, " + count("fail") + " failed, " +
           count("processing") + " under way, " + count("wait") + " waiting";
}

std::string job_line(const Json& job, shell::Colour colour) {
    auto line =
        "job  " + text_in(job, "deviceId") + "  " + state_in(job, "status", colour) + "  " + text_in(job, "state");
    if (says(job, "cell")) line += "  cell " + text_in(job, "cell") + ' ' + text_in(job, "coverageClass");
    if (const auto chunks = number_in(job, "chunksServed"); chunks > 0) {
        line += "  " + std::to_string(chunks) + " chunks";
    }
    return says(job, "detail") ? line + "  " + text_in(job, "detail") : line;
}

std::string cell_line(const Json& cell) {
    return "cell  " + text_in(cell, "cell") + ' ' + text_in(cell, "coverageClass") + "  " +
           std::to_string(number_in(cell, "inUse")) + " of " + std::to_string(number_in(cell, "limit")) +
           " in use, " + std::to_string(number_in(cell, "waiting")) + " in line";
}

std::vector<std::string> lines_of(const StreamedEvent& event, const Json& data, shell::Colour colour) {
    if (event.name == "task") return {task_line(data, colour)};
    if (event.name == "job") return {job_line(data, colour)};
    if (event.name == "resync") return {"resync  something was missed: read anew what you need"};
    if (event.name != "cells") return {shell::escaped(event.name) + "  " + shell::escaped(event.data)};
    std::vector<std::string> lines;
    const auto items = data.find("items");
    if (items == data.end() || !items->is_array()) return lines;
    for (const auto& cell : *items) {
        if (cell.is_object()) lines.push_back(cell_line(cell));
    }
    return lines;
}

}  // namespace

Result<std::string> event_lines(const StreamedEvent& event, Duration watched, shell::Colour colour) {
    const auto data = object_in(event.data);
    if (!data) return data.error();
    std::string text;
    for (const auto& line : lines_of(event, *data, colour)) {
        text.append(clock_text(watched)).append("  ").append(line).append("\n");
    }
    return text;
}

Result<std::string> event_json(const StreamedEvent& event) {
    if (const auto data = object_in(event.data); !data) return data.error();
    json::Writer out;
    out.begin_object().field("id", event.id.empty() ? std::nullopt : std::optional<std::string_view>(event.id));
    out.field("event", event.name).key("data").whole(event.data).end_object();
    return out.take();
}

}  // namespace cellwise::ctl
