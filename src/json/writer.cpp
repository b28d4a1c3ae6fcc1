// SPDX-License-Identifier: Apache-2.0
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cellwise::json {

namespace {

/// Ids, names, times: nearly all of what is written.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
    });
}

}  // namespace

std::string quoted(std::string_view text) {
    if (is_plain(text)) return std::string(1, '"').append(text).append(1, '"');
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Writer& Writer::raw(std::string_view token) {
    if (comma_) text_ += ',';
    text_ += token;
    comma_ = true;
    return *this;
}

Writer& Writer::begin_object() {
    raw("{");
    comma_ = false;
    return *this;
}

Writer& Writer::end_object() {
    text_ += '}';
    comma_ = true;
    return *this;
}

Writer& Writer::begin_array() {
    raw("[");
    comma_ = false;
    return *this;
}

Writer& Writer::end_array() {
    text_ += ']';
    comma_ = true;
    return *this;
}

Writer& Writer::key(std::string_view name) {
    raw("\"");  // names are ours: nothing in them to escape
    text_.append(name).append("\":");
    comma_ = false;
    return *this;
}

Writer& Writer::value(std::string_view text) {
    if (!is_plain(text)) return raw(quoted(text));
    raw("\"");
    text_.append(text).append(1, '"');
    return *this;
}
Writer& Writer::value(bool flag) { return raw(flag ? "true" : "false"); }
// NaN and infinity have no JSON; nlohmann writes null for them.
Writer& Writer::value(double number) { return raw(nlohmann::json(number).dump()); }
Writer& Writer::null() { return raw("null"); }

}  // namespace cellwise::json
