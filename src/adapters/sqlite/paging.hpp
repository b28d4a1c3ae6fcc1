// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/query.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/ports/page.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Pages: every list asks for one row more than wanted, to know whether there is another page.
namespace cellwise::sqlite {

/// How many rows are wanted: 1..1000.
std::uint32_t page_size(const ports::PageRequest& page);

/// Binds the LIMIT and OFFSET that end a list's statement and reads its rows: the first column is the row's cursor,
/// the others are `read`'s.
template <class Read>
auto read_page(Query& query, const ports::PageRequest& page, Read read) {
    ports::Page<std::invoke_result_t<Read, Query&>> out;
    const auto size = page_size(page);
    query.bind(size + 1);
    // SQLite counts up to there; no list is as long.
    query.bind(std::min(page.offset, std::uint64_t{std::numeric_limits<std::int64_t>::max()}));
    std::string last;
    while (query.next()) {
        if (out.items.size() == size) {
            out.next = last;
            break;
        }
        last = query.text();
        out.items.push_back(read(query));
    }
    return out;
}

/// A list's conditions and their values, as far as they were asked for.
class Conditions {
 public:
    /// A value for each `?` in the condition.
    template <class... Values>
    void add(std::string_view condition, const Values&... values) {
        sql_ += sql_.empty() ? " WHERE " : " AND ";
        sql_ += condition;
        binds_.push_back([values...](Query& query) { (query.bind(values), ...); });
    }
    template <class Value>
    void add_if(std::string_view condition, const std::optional<Value>& value) {
        if (value) add(condition, *value);
    }
    const std::string& sql() const { return sql_; }
    void bind_to(Query& query) const {
        for (const auto& bind : binds_) bind(query);
    }

 private:
    std::string sql_;
    std::vector<std::function<void(Query&)>> binds_;
};

/// A cursor of a list that is ordered by a time and, within it, by something else: "<unix ms>.<rest>".
struct TimeCursor {
    Timestamp at{};
    std::string rest{};
};
/// InvalidInput "page.cursor.malformed".
Result<TimeCursor> parse_time_cursor(const std::string& cursor);
/// A cursor that is a sequence; empty: 0. InvalidInput "page.cursor.malformed".
Result<std::int64_t> parse_sequence_cursor(const std::string& cursor);
Error malformed_cursor(const std::string& cursor);

}  // namespace cellwise::sqlite
