// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Members as devices write them: numbers as texts and texts as numbers.
namespace cellwise::mqtt {

/// The member, or nothing when it is absent or `object` is none.
inline const nlohmann::json* member(const nlohmann::json& object, std::string_view name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

/// At most `most` bytes; a character of UTF-8 is not cut in two.
inline std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    text.resize(most);
    return text;
}

inline std::optional<std::string> text_of(const nlohmann::json* value, std::size_t most) {
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) return cut(value->get<std::string>(), most);
    if (value->is_number() || value->is_boolean()) return cut(value->dump(), most);
    return std::nullopt;
}

inline std::optional<std::int64_t> integer_of(const nlohmann::json* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX) return std::nullopt;
    if (value->is_number_integer()) return value->get<std::int64_t>();
    if (value->is_number_float()) {
        const auto number = value->get<double>();
        if (std::trunc(number) != number || std::abs(number) > 9e15) return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    if (!value->is_string()) return std::nullopt;
    const auto& text = value->get_ref<const std::string&>();
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace cellwise::mqtt
