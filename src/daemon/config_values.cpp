// SPDX-License-Identifier: Apache-2.0
#include "daemon/config_values.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

namespace cellwise::daemon {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};
constexpr std::array kTimeUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000},
                                Unit{"ms", 1}};
constexpr std::array kSizeUnits{Unit{"GiB", 1LL << 30}, Unit{"MiB", 1LL << 20}, Unit{"KiB", 1LL << 10}, Unit{"B", 1}};

template <std::size_t Count>
std::optional<std::int64_t> read_with_unit(std::string_view text, const std::array<Unit, Count>& units) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0) return std::nullopt;
    const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const auto& unit : units) {
        if (rest != unit.name) continue;
        if (number > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
        return number * unit.factor;
    }
    return std::nullopt;
}

template <std::size_t Count>
std::string write_with_unit(std::int64_t number, const std::array<Unit, Count>& units) {
    for (const auto& unit : units) {
        if (number % unit.factor == 0 && (number != 0 || unit.factor == 1)) {
            return std::to_string(number / unit.factor) + std::string(unit.name);
        }
    }
    return std::to_string(number);
}

std::optional<double> as_number(const SettingScalar& scalar) {
    if (const auto* integer = std::get_if<std::int64_t>(&scalar)) return static_cast<double>(*integer);
    if (const auto* number = std::get_if<double>(&scalar)) return *number;
    return std::nullopt;
}

}  // namespace

std::optional<std::string> read_text(const SettingValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? std::nullopt : std::optional(*text);
}

std::string write_text(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(c));
            quoted += escape;
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

std::optional<std::int64_t> read_integer(const SettingValue& value) {
    const auto* integer = std::get_if<std::int64_t>(&value);
    return integer == nullptr ? std::nullopt : std::optional(*integer);
}

std::optional<bool> read_flag(const SettingValue& value) {
    const auto* flag = std::get_if<bool>(&value);
    return flag == nullptr ? std::nullopt : std::optional(*flag);
}

std::optional<Duration> read_duration(const SettingValue& value) {
    const auto text = read_text(value);
    const auto number = text ? read_with_unit(*text, kTimeUnits) : std::nullopt;
    return number ? std::optional(Duration{*number}) : std::nullopt;
}
std::string write_duration(Duration duration) { return write_with_unit(duration.count(), kTimeUnits); }

std::optional<std::uint64_t> read_size(const SettingValue& value) {
    if (const auto bytes = read_integer(value)) {
        return *bytes < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(*bytes));
    }
    const auto text = read_text(value);
    const auto number = text ? read_with_unit(*text, kSizeUnits) : std::nullopt;
    return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}
std::string write_size(std::uint64_t bytes) { return write_with_unit(static_cast<std::int64_t>(bytes), kSizeUnits); }

std::optional<ListenAddress> read_listen(const SettingValue& value) {
    const auto text = read_text(value);
    if (!text) return std::nullopt;
    if (text->empty()) return ListenAddress{};
    const auto colon = text->rfind(':');
    if (colon == std::string::npos || colon == 0) return std::nullopt;
    ListenAddress listen{.host = text->substr(0, colon)};
    const bool bracketed = listen.host.front() == '[' && listen.host.back() == ']';
    if (bracketed) listen.host = listen.host.substr(1, listen.host.size() - 2);
    if (listen.host.empty() || (!bracketed && listen.host.find(':') != std::string::npos)) return std::nullopt;
    const char* begin = text->data() + colon + 1;
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(begin, end, listen.port);
    if (error != std::errc{} || stop != end || begin == end) return std::nullopt;
    return listen;
}
std::string write_listen(const ListenAddress& listen) {
    if (listen.is_off()) return "";
    const bool ipv6 = listen.host.find(':') != std::string::npos;
    return (ipv6 ? "[" + listen.host + "]" : listen.host) + ":" + std::to_string(listen.port);
}

std::optional<std::array<double, 3>> read_bounds(const SettingValue& value) {
    const auto* list = std::get_if<std::vector<SettingScalar>>(&value);
    if (list == nullptr || list->size() != 3) return std::nullopt;
    std::array<double, 3> bounds{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto number = as_number((*list)[i]);
        if (!number || !std::isfinite(*number) || (i > 0 && *number >= bounds[i - 1])) return std::nullopt;
        bounds[i] = *number;
    }
    return bounds;
}
std::string write_bounds(const std::array<double, 3>& bounds) {
    char text[96];
    std::snprintf(text, sizeof text, "[%g, %g, %g]", bounds[0], bounds[1], bounds[2]);
    return text;
}

std::optional<std::vector<std::string>> read_texts(const SettingValue& value) {
    const auto* list = std::get_if<std::vector<SettingScalar>>(&value);
    if (list == nullptr) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& item : *list) {
        const auto* text = std::get_if<std::string>(&item);
        if (text == nullptr) return std::nullopt;
        texts.push_back(*text);
    }
    return texts;
}
std::string write_texts(const std::vector<std::string>& texts) {
    std::string list = "[";
    for (const auto& text : texts) {
        if (list.size() > 1) list += ", ";
        list += write_text(text);
    }
    return list + "]";
}

}  // namespace cellwise::daemon
