// SPDX-License-Identifier: Apache-2.0
#include "app/text_rules.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cellwise::app {
namespace {

struct Decoded {
    std::uint32_t code_point = 0;
    std::size_t bytes = 0;
};

/// The character at the front of a non-empty text (RFC 3629), nothing when the bytes are none.
std::optional<Decoded> decode_front(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return Decoded{lead, 1};
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return std::nullopt;
    std::uint32_t code_point = lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
        code_point = code_point << 6 | (byte(i) & 0x3FU);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < kLeast[bytes] || code_point > 0x10FFFF || surrogate) return std::nullopt;
    return Decoded{code_point, bytes};
}

bool is_control(std::uint32_t code_point) { return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0); }

/// How many characters; nothing when some are not fit for a name.
std::optional<std::size_t> count_characters(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const auto front = decode_front(text);
        if (!front || is_control(front->code_point)) return std::nullopt;
        text.remove_prefix(front->bytes);
    }
    return count;
}

}  // namespace

Status check_text(std::string_view field, std::string_view value, Length length) {
    const auto refuse = [&](const std::string& rule) {
        return invalid("text.invalid", std::string(field), std::string(field) + ' ' + rule, std::string(value));
    };
    const auto count = count_characters(value);
    if (!count) return refuse("must be UTF-8 without control characters");
    if (*count < length.least || *count > length.most) {
        return refuse("must have " + std::to_string(length.least) + " to " + std::to_string(length.most) +
                      " characters");
    }
    if (!value.empty() && (value.front() == ' ' || value.back() == ' ')) {
        return refuse("must not begin or end with a blank");
    }
    return {};
}

}  // namespace cellwise::app
