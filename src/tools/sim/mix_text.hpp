// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mix.hpp"

#include "cellwise/base/result.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How lists, numbers and mixes are read from the words of the command line.
namespace cellwise::sim {

inline std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
    Number number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

inline Error malformed(const std::string& what, std::string field, std::string rule, std::string_view value) {
    return invalid("sim." + what + ".malformed", std::move(field), std::move(rule), std::string(value));
}

/// Reads "name:weight,name,all:weight": T has parse(name) and all().
template <class T>
Result<std::vector<Weighted<T>>> parse_mix(std::string_view text, const std::string& field) {
    std::vector<Weighted<T>> mix;
    double total = 0;
    for (const auto part : split(text, ',')) {
        const auto colon = part.find(':');
        double weight = 1;
        if (colon != std::string_view::npos) {
            const auto number = number_in<double>(part.substr(colon + 1));
            // The upper bound also refuses inf and nan.
            if (!number || !(*number >= 0 && *number <= 1e9)) {
                return malformed("mix", field, "a share is written NAME:WEIGHT with a weight of 0 or more", part);
            }
            weight = *number;
        }
        std::vector<T> named;
        if (const auto name = part.substr(0, colon); name == "all") {
            named = T::all();
        } else if (auto parsed = T::parse(name)) {
            named.push_back(std::move(*parsed));
        } else {
            auto error = parsed.error();
            error.field = field;
            return error;
        }
        for (auto& what : named) mix.push_back({std::move(what), weight / static_cast<double>(named.size())});
        total += weight;
    }
    if (total <= 0) return malformed("mix", field, "at least one share is more than 0", text);
    return mix;
}

}  // namespace cellwise::sim
