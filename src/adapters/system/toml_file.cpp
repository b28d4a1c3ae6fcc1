// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/toml_file.hpp"

#include <toml++/toml.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

namespace cellwise::system {
namespace {

std::string place(const std::string& file, const toml::source_region& source) {
    return file + ":" + std::to_string(source.begin.line);
}

std::optional<SettingScalar> scalar_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return SettingScalar{text->get()};
    if (const auto* integer = node.as_integer()) return SettingScalar{integer->get()};
    if (const auto* number = node.as_floating_point()) return SettingScalar{number->get()};
    if (const auto* flag = node.as_boolean()) return SettingScalar{flag->get()};
    return std::nullopt;
}

std::optional<SettingValue> value_of(const toml::node& node) {
    if (const auto scalar = scalar_of(node)) {
        return std::visit([](const auto& value) { return SettingValue{value}; }, *scalar);
    }
    const auto* list = node.as_array();
    if (list == nullptr) return std::nullopt;
    std::vector<SettingScalar> items;
    for (const auto& item : *list) {
        auto scalar = scalar_of(item);
        if (!scalar) return std::nullopt;
        items.push_back(std::move(*scalar));
    }
    return SettingValue{std::move(items)};
}

Status collect(const toml::table& table, const std::string& prefix, const std::string& file,
               std::vector<Setting>& settings) {
    for (const auto& [name, node] : table) {
        const std::string key = prefix + std::string(name.str());
        if (const auto* inner = node.as_table()) {
            if (auto inside = collect(*inner, key + ".", file, settings); !inside) return inside;
            continue;
        }
        auto value = value_of(node);
        if (!value) {
            return invalid("config.type", key,
                           place(file, node.source()) + ": " + key +
                               ": must be a text, a number, true, false or a list of these");
        }
        settings.push_back({.key = key, .value = std::move(*value), .origin = place(file, node.source())});
    }
    return Status{};
}

}  // namespace

Result<std::vector<Setting>> read_toml_file(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) return invalid("config.unreadable", {}, path.string() + ": cannot be read");
    try {
        std::vector<Setting> settings;
        const auto parsed = toml::parse(text.str(), path.string());
        if (auto collected = collect(parsed, {}, path.string(), settings); !collected) return collected.error();
        return settings;
    } catch (const toml::parse_error& error) {
        return invalid("config.syntax", {},
                       place(path.string(), error.source()) + ": " + std::string(error.description()));
    }
}

SettingValue read_toml_value(std::string_view text) {
    try {
        const auto parsed = toml::parse("value = " + std::string(text));
        if (parsed.size() == 1) {
            if (auto value = value_of(*parsed.get("value"))) return std::move(*value);
        }
    } catch (const toml::parse_error&) {  // then it is a bare word
    }
    return SettingValue{std::string(text)};
}

}  // namespace cellwise::system
