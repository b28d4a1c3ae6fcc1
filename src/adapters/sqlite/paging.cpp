// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/paging.hpp"

#include <algorithm>
#include <charconv>

namespace cellwise::sqlite {
namespace {

constexpr std::uint32_t kMaxPageSize = 1'000;

bool parse_number(std::string_view text, std::int64_t& out) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
    return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

}  // namespace

std::uint32_t page_size(const ports::PageRequest& page) { return std::clamp(page.limit, 1U, kMaxPageSize); }

Error malformed_cursor(const std::string& cursor) {
    return invalid("page.cursor.malformed", "cursor", "the cursor is none that a list of this kind gave out",
                   printable(cursor));
}

Result<TimeCursor> parse_time_cursor(const std::string& cursor) {
    const auto dot = cursor.find('.');
    std::int64_t at = 0;
    if (dot == std::string::npos || !parse_number(std::string_view(cursor).substr(0, dot), at)) {
        return malformed_cursor(cursor);
    }
    return TimeCursor{from_unix_ms(at), cursor.substr(dot + 1)};
}

Result<std::int64_t> parse_sequence_cursor(const std::string& cursor) {
    std::int64_t sequence = 0;
    if (!cursor.empty() && !parse_number(cursor, sequence)) return malformed_cursor(cursor);
    return sequence;
}

}  // namespace cellwise::sqlite
