// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/byte_range.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace cellwise::download {
namespace {

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

bool begins_with_bytes(std::string_view field) {
    constexpr std::string_view kUnit = "bytes=";
    return field.size() >= kUnit.size() && std::equal(kUnit.begin(), kUnit.end(), field.begin(), [](char u, char c) {
               return u == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
           });
}

/// A position beyond all files where the number is larger than any.
std::optional<std::uint64_t> parse_position(std::string_view digits) {
    std::uint64_t number = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (digits.empty() || stop != end || error == std::errc::invalid_argument) return std::nullopt;
    return error == std::errc{} ? number : std::numeric_limits<std::uint64_t>::max();
}

ByteRange last_bytes(std::uint64_t wanted, std::uint64_t size) {
    const auto count = std::min(wanted, size);
    if (count == 0) return {.kind = ByteRange::Kind::None};
    return {.kind = ByteRange::Kind::Part, .first = size - count, .count = count};
}

}  // namespace

ByteRange parse_range(std::optional<std::string_view> field, std::uint64_t size, CountsFrom from) {
    if (!field || !begins_with_bytes(trimmed(*field))) return {};
    const auto spec = trimmed(trimmed(*field).substr(std::string_view("bytes=").size()));
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos) return {};
    const auto before = spec.substr(0, dash);
    const auto behind = spec.substr(dash + 1);
    const auto last = behind.empty() ? std::numeric_limits<std::uint64_t>::max() : parse_position(behind);
    if (!last) return {};
    if (before.empty()) return behind.empty() ? ByteRange{} : last_bytes(*last, size);
    const auto first = parse_position(before);
    if (!first || *last < *first) return {};
    // Whoever counts from 1 means the beginning by 0, too.
    const auto base = static_cast<std::uint64_t>(from);
    const auto begin = *first - std::min(base, *first);
    const auto end = *last - std::min(base, *last);
    if (begin >= size) return {.kind = ByteRange::Kind::None};
    return {.kind = ByteRange::Kind::Part, .first = begin, .count = std::min(end, size - 1) - begin + 1};
}

std::string content_range(const ByteRange& range, std::uint64_t size, CountsFrom from) {
    const auto all = "/" + std::to_string(size);
    if (range.kind == ByteRange::Kind::None) return "bytes *" + all;
    const auto first = range.first + static_cast<std::uint64_t>(from);
    return "bytes " + std::to_string(first) + "-" + std::to_string(first + range.count - 1) + all;
}

}  // namespace cellwise::download
