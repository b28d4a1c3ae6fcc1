// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/calls.hpp"

#include "tools/ctl/listing.hpp"
#include "tools/ctl/record_view.hpp"
#include "tools/ctl/session.hpp"
#include "tools/shell/display_text.hpp"
#include "tools/shell/output_file.hpp"

#include "cellwise/base/id.hpp"

#include <nlohmann/json.hpp>

#include <iostream>
#include <iterator>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostSmallFile = 1 << 20;  // the most that the API takes as JSON

std::string text_of(const Json& body) {
    return body.is_null() ? std::string() : body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string path_of(std::string_view collection, std::string_view id, std::string_view rest) {
    return std::string(collection) + '/' + percent_encoded(id) + std::string(rest);
}

Status show_record(const std::string& text, Session& session) {
    if (session.output.as_json()) {
        session.output.json(text);
        return {};
    }
    const auto object = object_in(text);
    if (!object) return object.error();
    session.output.words() << record_text(*object);
    return {};
}

Status show_one(const std::string& path, Session& session) {
    const auto answer = session.api.get(path);
    if (!answer) return answer.error();
    return show_record(*answer, session);
}

Status create_one(const std::string& path, const Json& body, Session& session) {
    const auto answer = session.api.post(path, text_of(body));
    if (!answer) return answer.error();
    return show_record(*answer, session);
}

Status change_one(const std::string& path, const Json& body, Session& session) {
    if (const auto some = must_change(body); !some) return some;
    const auto answer = session.api.patch(path, text_of(body));
    if (!answer) return answer.error();
    return show_record(*answer, session);
}

Status act(const std::string& path, const Json& body, std::string_view done, Session& session) {
    const auto answer = session.api.post(path, text_of(body));
    if (!answer) return answer.error();
    session.output.done(done);
    return {};
}

Status erase_each(std::string_view collection, const std::vector<std::string>& ids, std::string_view what,
                  Session& session) {
    for (const auto& id : ids) {
        const auto answer = session.api.erase(path_of(collection, id));
        if (!answer) return answer.error();
        session.output.done(std::string(what) + ' ' + shell::escaped(id) + " deleted");
    }
    return {};
}

void put_text(Json& body, const char* member, const Arguments& arguments, std::string_view name) {
    if (auto value = arguments.find(name)) body[member] = std::move(*value);
}

void put_number(Json& body, const char* member, const Arguments& arguments, std::string_view name) {
    if (const auto value = arguments.number(name)) body[member] = *value;
}

void put_flag(Json& body, const char* member, const Arguments& arguments, std::string_view name) {
    if (arguments.has(name)) body[member] = true;
}

Status must_change(const Json& body) {
    if (!body.empty()) return {};
    return invalid("usage.nothing_to_change", {}, "say what to change; --help names the options");
}

Result<std::string> text_of_file(const std::string& name) {
    if (name != "-") return shell::read_text(name, kMostSmallFile);
    std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    if (text.size() <= kMostSmallFile) return text;
    return internal_error("file.unreadable", "standard input has more than 1 MiB");
}

Result<std::string> device_id(const std::string& word, Session& session) {
    if (DeviceId::parse(word)) return word;
    // The filter gives every node id that begins so, in order: the whole one is the first.
    const auto found = read_items(session.api, "/api/v1/devices", {{"nodeId", word}}, 1);
    if (!found) return found.error();
    if (!found->items.empty() && found->items.front().value("nodeId", "") == word) {
        return found->items.front().value("deviceId", "");
    }
    return not_found("device.not_found", "no device has this id or node id", word);
}

}  // namespace cellwise::ctl
