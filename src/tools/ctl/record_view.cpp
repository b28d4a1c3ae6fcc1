// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/record_view.hpp"

#include "tools/ctl/value_text.hpp"
#include "tools/shell/display_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kIndent = 2;

bool is_time(const std::string& name) { return name.ends_with("At") || name.ends_with("Time"); }

/// Several lines only if they are of a kind that is meant to be so.
bool is_block(const Json& value) {
    return value.is_string() && value.get_ref<const std::string&>().find('\n') != std::string::npos;
}

void append_block(std::string& out, const std::string& text, std::size_t indent) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        out.append(indent, ' ').append(shell::escaped(std::string_view(text).substr(at, end - at))) += '\n';
        at = end + 1;
    }
}

void append_object(std::string& out, const Json& object, std::size_t indent);

void append_list(std::string& out, const Json& list, std::size_t indent) {
    for (const auto& item : list) {
        if (!item.is_object()) {
            out.append(indent, ' ').append("- ").append(value_text(item, Show::Text)) += '\n';
            continue;
        }
        const auto begin = out.size();
        append_object(out, item, indent + kIndent);
        if (out.size() > begin) out.replace(begin + indent, kIndent, "- ");
    }
}

void append_object(std::string& out, const Json& object, std::size_t indent) {
    std::size_t widest = 0;
    for (const auto& [name, value] : object.items()) widest = std::max(widest, shell::display_width(name));
    for (const auto& [name, value] : object.items()) {
        const auto shown = shell::escaped(name);
        out.append(indent, ' ').append(shown);
        if (value.is_object() && !value.empty()) {
            out += '\n';
            append_object(out, value, indent + kIndent);
        } else if (value.is_array() && !value.empty()) {
            out += '\n';
            append_list(out, value, indent + kIndent);
        } else if (is_block(value)) {
            out += '\n';
            append_block(out, value.get_ref<const std::string&>(), indent + kIndent);
        } else {
            const auto text = value.empty() && value.is_structured()
                                  ? std::string(kNothing)
                                  : value_text(value, is_time(name) ? Show::Time : Show::Text);
            out.append(widest - std::min(widest, shell::display_width(shown)) + kIndent, ' ').append(text) += '\n';
        }
    }
}

}  // namespace

std::string record_text(const Json& object) {
    std::string out;
    append_object(out, object, 0);
    return out;
}

}  // namespace cellwise::ctl
