// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/display_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cwchar>
#include <locale.h>
#include <optional>

namespace cellwise::shell {
namespace {

constexpr std::string_view kEllipsis = "…";

/// The C library's tables of widths, which know Unicode in a UTF-8 locale only; this one is built in.
class UnicodeTables {
 public:
    UnicodeTables() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
    /// -1: not printable, or the tables are not there.
    int width_of(char32_t c) const {
        if (locale_ == nullptr) return -1;
        const auto before = ::uselocale(locale_);
        const int width = ::wcwidth(static_cast<wchar_t>(c));
        ::uselocale(before);
        return width;
    }

 private:
    ::locale_t locale_;  // for the life of the process
};

int width_of(char32_t c) {
    if (c >= 0x20 && c < 0x7F) return 1;
    static const UnicodeTables tables;
    return tables.width_of(c);
}

struct CodePoint {
    char32_t value = 0;
    std::size_t size = 1;
};

/// The first of `text`, by the shortest form only; nothing where that is no UTF-8.
std::optional<CodePoint> first_of(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = byte(0);
    if (lead < 0x80) return CodePoint{lead, 1};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
    char32_t value = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return {};
        value = (value << 6U) | (byte(i) & 0x3FU);
    }
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < kLeast[size] || value > 0x10FFFF || surrogate) return {};
    return CodePoint{value, size};
}

/// Characters of format: no place on the screen, but a say in what others look like (Unicode's category Cf).
bool is_format(char32_t c) {
    constexpr std::pair<char32_t, char32_t> kRanges[] = {
        {0xAD, 0xAD},     {0x600, 0x605},   {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},
        {0x8E2, 0x8E2},   {0x180E, 0x180E}, {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
        {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0x110BD, 0x110BD}, {0x1D173, 0x1D17A}, {0xE0000, 0xE007F}};
    return std::ranges::any_of(kRanges, [c](const auto& range) { return c >= range.first && c <= range.second; });
}

std::string in_hex(char32_t value) {
    std::array<char, 8> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), std::uint32_t{value}, 16).ptr;
    return {digits.data(), end};
}

std::string byte_escape(unsigned char byte) { return (byte < 0x10 ? "\\x0" : "\\x") + in_hex(byte); }

std::string escape_of(char32_t c) {
    if (c == '\n') return "\\n";
    if (c == '\r') return "\\r";
    if (c == '\t') return "\\t";
    return c < 0x80 ? byte_escape(static_cast<unsigned char>(c)) : "\\u{" + in_hex(c) + '}';
}

}  // namespace

std::string escaped(std::string_view hostile) {
    std::string text;
    while (!hostile.empty()) {
        const auto next = first_of(hostile);
        const auto size = next ? next->size : 1;
        if (!next) {
            text += byte_escape(static_cast<unsigned char>(hostile.front()));
        } else if (width_of(next->value) < 0 || next->value == 0 || is_format(next->value)) {
            text += escape_of(next->value);
        } else {
            text += hostile.substr(0, size);
        }
        hostile.remove_prefix(size);
    }
    return text;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const auto next = first_of(text);
        if (next) width += static_cast<std::size_t>(std::max(0, width_of(next->value)));
        text.remove_prefix(next ? next->size : 1);
    }
    return width;
}

std::string fitted(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    if (width == 0) return {};
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const auto next = first_of(text).value_or(CodePoint{});
        const auto places = static_cast<std::size_t>(std::max(0, width_of(next.value)));
        if (used + places > width - 1) break;
        used += places;
        out += text.substr(0, next.size);
        text.remove_prefix(next.size);
    }
    return out.append(kEllipsis);
}

}  // namespace cellwise::shell
