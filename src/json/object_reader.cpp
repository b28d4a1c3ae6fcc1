// SPDX-License-Identifier: Apache-2.0
#include "json/object_reader.hpp"

#include "json/nearest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cellwise::json {
namespace {

using Json = nlohmann::json;

const Json& empty_object() {
    static const Json empty = Json::object();
    return empty;
}

/// What was written, short enough for an error.
std::string excerpt(const Json& value) {
    constexpr std::size_t kMost = 80;
    auto text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    return text.size() <= kMost ? text : text.substr(0, kMost) + "...";
}

std::string quoted_list(const std::vector<std::string_view>& names) {
    std::string list;
    for (const auto name : names) list.append(list.empty() ? "" : ", ").append(name);
    return list;
}

}  // namespace

/// Shared by the readers of one document.
struct ObjectReader::State {
    struct Visited {
        const Json* object;
        std::string path;
        std::vector<std::string_view> known{};  ///< proper names, for the list in an error
        std::vector<std::string> accepted{};    ///< all spellings
    };

    Document document;
    Unknown unknown;
    std::vector<Visited> visited{};
    std::optional<Error> error{};

    void fail(Error what) {
        if (!error) error = std::move(what);
    }
};

ObjectReader::ObjectReader(const Document& document, Unknown unknown)
    : ObjectReader(std::make_shared<State>(State{.document = document, .unknown = unknown}),
                   document.root().is_object() ? &document.root() : &empty_object(), {}) {
    if (!document.root().is_object()) {
        state_->fail(invalid("request.field.type", {}, "the body must be a JSON object", excerpt(document.root())));
    }
}

ObjectReader::ObjectReader(std::shared_ptr<State> state, const Json* object, std::string path)
    : state_(std::move(state)), object_(object), index_(state_->visited.size()) {
    state_->visited.push_back({.object = object, .path = std::move(path)});
}

std::string ObjectReader::path_of(std::string_view name) const {
    const auto& path = state_->visited[index_].path;
    return path.empty() ? std::string(name) : path + '.' + std::string(name);
}

const Json* ObjectReader::find(const Names& names) {
    auto& visited = state_->visited[index_];
    const Json* found = nullptr;
    visited.known.push_back(names.spellings.front());
    for (const auto name : names.spellings) {
        visited.accepted.emplace_back(name);
        const auto at = object_->find(name);
        if (found == nullptr && at != object_->end() && !at->is_null()) found = &*at;
    }
    return found;
}

const Json* ObjectReader::require(const Names& names) {
    const Json* value = find(names);
    if (value == nullptr) fail(names, "request.field.missing", "is required");
    return value;
}

bool ObjectReader::has(const Names& names) { return find(names) != nullptr; }

bool ObjectReader::is_null(const Names& names) {
    return std::any_of(names.spellings.begin(), names.spellings.end(), [this](std::string_view name) {
        const auto at = object_->find(name);
        return at != object_->end() && at->is_null();
    });
}

void ObjectReader::fail(const Names& names, std::string_view code, std::string_view rule, std::string_view value) {
    auto path = path_of(names.spellings.front());
    auto message = path + ' ' + std::string(rule);
    state_->fail(invalid(std::string(code), std::move(path), std::move(message), std::string(value)));
}

void ObjectReader::wrong_type(const Names& names, std::string_view wanted, const Json& value) {
    fail(names, "request.field.type", "must be " + std::string(wanted), excerpt(value));
}

std::string ObjectReader::text(const Names& names) {
    const Json* value = require(names);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        wrong_type(names, "a string", *value);
        return {};
    }
    auto written = value->get<std::string>();
    if (written.empty()) fail(names, "request.field.missing", "must not be empty");
    return written;
}

std::optional<std::string> ObjectReader::optional_text(const Names& names) {
    const Json* value = find(names);
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) return value->get<std::string>();
    wrong_type(names, "a string", *value);
    return std::nullopt;
}

std::optional<bool> ObjectReader::optional_flag(const Names& names) {
    const Json* value = find(names);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    wrong_type(names, "true or false", *value);
    return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::optional_integer(const Names& names, std::int64_t least,
                                                           std::int64_t most) {
    const Json* value = find(names);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_integer()) {
        wrong_type(names, "a whole number", *value);
        return std::nullopt;
    }
    // What lies above the signed range is above every bound too; asked as signed it would wrap.
    const bool too_large = value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t{INT64_MAX};
    const auto number = too_large ? std::int64_t{INT64_MAX} : value->get<std::int64_t>();
    if (too_large || number < least || number > most) {
        fail(names, "request.field.range", "must be " + std::to_string(least) + " to " + std::to_string(most),
             excerpt(*value));
        return std::nullopt;
    }
    return number;
}

std::optional<ObjectReader> ObjectReader::optional_object(const Names& names) {
    const Json* value = find(names);
    if (value == nullptr) return std::nullopt;
    if (!value->is_object()) {
        wrong_type(names, "an object", *value);
        return std::nullopt;
    }
    return ObjectReader(state_, value, path_of(names.spellings.front()));
}

std::optional<std::string> ObjectReader::optional_object_text(const Names& names) {
    const Json* value = find(names);
    if (value == nullptr) return std::nullopt;
    if (value->is_object()) return value->dump();
    wrong_type(names, "an object", *value);
    return std::nullopt;
}

ObjectReader ObjectReader::object(const Names& names) {
    auto inner = optional_object(names);
    if (inner) return *inner;
    fail(names, "request.field.missing", "is required");
    return {state_, &empty_object(), path_of(names.spellings.front())};
}

std::optional<std::vector<std::string>> ObjectReader::optional_texts(const Names& names, std::size_t most) {
    const Json* value = find(names);
    if (value == nullptr) return std::nullopt;
    if (!value->is_array()) {
        wrong_type(names, "a list of strings", *value);
        return std::nullopt;
    }
    if (value->size() > most) {
        fail(names, "request.field.range", "may have at most " + std::to_string(most) + " entries",
             std::to_string(value->size()));
        return std::nullopt;
    }
    std::vector<std::string> texts;
    texts.reserve(value->size());
    for (const Json& entry : *value) {
        if (entry.is_string()) {
            texts.push_back(entry.get<std::string>());
            continue;
        }
        const auto place = path_of(names.spellings.front()) + '[' + std::to_string(texts.size()) + ']';
        state_->fail(invalid("request.field.type", place, place + " must be a string", excerpt(entry)));
        return std::nullopt;
    }
    return texts;
}

Status ObjectReader::finish() {
    if (state_->error) return *state_->error;
    if (state_->unknown == Unknown::Ignore) return {};
    for (const auto& visited : state_->visited) {
        for (const auto& [name, value] : visited.object->items()) {
            const auto& accepted = visited.accepted;
            if (std::find(accepted.begin(), accepted.end(), name) != accepted.end()) continue;
            const auto meant = nearest(name, visited.known);
            const auto hint =
                meant.empty() ? "known are: " + quoted_list(visited.known) : "did you mean " + meant + "?";
            const auto path = visited.path.empty() ? name : visited.path + '.' + name;
            return invalid("request.field.unknown", path, path + " is no member of this; " + hint, excerpt(value));
        }
    }
    return {};
}

}  // namespace cellwise::json
