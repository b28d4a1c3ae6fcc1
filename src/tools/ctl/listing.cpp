// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/listing.hpp"

#include "tools/ctl/session.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPage = 1000;  // the most that the API gives at once
constexpr std::size_t kLimit = 50;

struct Page {
    std::vector<Json> items;
    std::string next;  ///< empty after the last
};

Result<Page> read_page(ApiClient& api, const std::string& path, const Query& query) {
    auto text = api.get(path, query);
    if (!text) return text.error();
    auto json = object_in(*text);
    if (!json) return json.error();
    auto items = json->find("items");
    if (items == json->end() || !items->is_array()) {
        return Error{ErrorKind::Internal, "answer.foreign", "what answers is no Cellwise: it is no list"};
    }
    Page page;
    for (auto& item : *items) page.items.push_back(std::move(item));
    if (const auto next = json->find("nextCursor"); next != json->end() && next->is_string()) page.next = *next;
    return page;
}

/// Hands over page by page, from `cursor` on, until there were `most` items or no more. What is behind the last.
template <class Take>
Result<std::string> take_pages(ApiClient& api, const std::string& path, const Query& query, std::size_t most,
                               std::string cursor, const Take& take) {
    for (std::size_t taken = 0; taken < most;) {
        Query with_page = query;
        with_page.emplace_back("limit", std::to_string(std::min(kPage, most - taken)));
        if (!cursor.empty()) with_page.emplace_back("cursor", cursor);
        auto page = read_page(api, path, with_page);
        if (!page) return page.error();
        taken += page->items.size();
        take(page->items);
        cursor = page->next;
        if (cursor.empty()) break;
    }
    return cursor;
}

Json at(const Json& item, std::string_view pointer) {
    const nlohmann::ordered_json::json_pointer where{std::string(pointer)};
    return item.contains(where) ? item.at(where) : Json();
}

/// Tells a list of any length while it comes: a table that keeps its columns from page to page, or one JSON list.
class ListPrinter {
 public:
    ListPrinter(const std::vector<ListColumn>& columns, Output& output) : columns_(columns), output_(output) {}

    void take(const std::vector<Json>& items) {
        if (output_.as_json()) return take_json(items);
        if (items.empty()) return;
        auto table = table_of(columns_, items);
        table.continue_from(table_);
        show_table(table, output_);
        table_ = std::move(table);
        count_ += items.size();
    }

    void finish(const std::string& next) {
        if (output_.as_json()) {
            text_ += "],\"nextCursor\":" + (next.empty() ? "null" : Json(next).dump()) + "}";
            output_.json(text_);
        } else if (count_ == 0) {
            output_.note("none");
        } else if (!next.empty()) {
            output_.note("the first " + std::to_string(count_) + "; --all shows every one, --limit N more");
        }
    }

 private:
    void take_json(const std::vector<Json>& items) {
        if (count_ == 0) text_ = "{\"items\":[";
        for (const auto& item : items) {
            if (count_++ > 0) text_ += ',';
            text_ += item.dump(-1, ' ', false, Json::error_handler_t::replace);
        }
        output_.json_piece(text_);
        text_.clear();
    }

    const std::vector<ListColumn>& columns_;
    Output& output_;
    std::optional<ColumnTable> table_{};
    std::string text_{};
    std::size_t count_ = 0;
};

}  // namespace

std::vector<Parameter> list_parameters(std::vector<Parameter> own) {
    own.push_back({"--limit", "at most so many, 50 if it is not given", Takes::Number});
    own.push_back({"--all", "every one, page by page", Takes::Flag});
    own.push_back({"--cursor", "go on where nextCursor of an earlier answer says"});
    return own;
}

Result<Items> read_items(ApiClient& api, const std::string& path, Query query, std::size_t most) {
    Items all;
    const auto next = take_pages(api, path, query, most, {}, [&all](std::vector<Json>& items) {
        std::ranges::move(items, std::back_inserter(all.items));
    });
    if (!next) return next.error();
    all.more = !next->empty();
    return all;
}

ColumnTable table_of(const std::vector<ListColumn>& columns, const std::vector<Json>& items) {
    std::vector<ColumnTable::Column> heads;
    for (const auto& column : columns) {
        const bool right = column.show == Show::Count || column.show == Show::Bytes;
        const auto cut = column.show == Show::Text ? column.cut : ColumnTable::Cut::Never;
        heads.push_back(
            {std::string(column.title), right ? ColumnTable::Align::Right : ColumnTable::Align::Left, cut});
    }
    ColumnTable table(std::move(heads));
    for (const auto& item : items) {
        std::vector<ColumnTable::Cell> cells;
        for (const auto& column : columns) {
            auto text = value_text(at(item, column.pointer), column.show);
            const auto tone = column.show == Show::State ? tone_of(text) : shell::Tone::Plain;
            cells.push_back({std::move(text), tone});
        }
        table.add_row(std::move(cells));
    }
    return table;
}

void show_table(const ColumnTable& table, Output& output) {
    for (const auto& line : table.lines(output.width(), output.colour())) output.words() << line << '\n';
    if (table.is_continued()) return;
    std::string missing;
    for (const auto& title : table.left_out(output.width())) missing += (missing.empty() ? "" : ", ") + title;
    if (!missing.empty()) output.note("not shown, since the terminal is narrow: " + missing);
}

Status show_list(const Listing& listing, const Arguments& arguments, Session& session) {
    const auto limit = arguments.number("--limit");
    if (limit && *limit < 1)
        return invalid("usage.limit", "--limit", "--limit is at least 1", std::to_string(*limit));
    if (limit && arguments.has("--all"))
        return invalid("usage.limit", "--limit", "--limit and --all exclude each other");
    Query query;
    for (const auto& [option, name] : listing.filters) {
        if (const auto value = arguments.find(option)) query.emplace_back(name, *value);
    }
    const auto most = arguments.has("--all") ? std::numeric_limits<std::size_t>::max()
                                             : static_cast<std::size_t>(limit.value_or(kLimit));
    ListPrinter printer(listing.columns, session.output);
    const auto next = take_pages(session.api, listing.path, query, most, arguments.find("--cursor").value_or(""),
                                 [&printer](const std::vector<Json>& items) { printer.take(items); });
    if (!next) return next.error();
    printer.finish(*next);
    return {};
}

}  // namespace cellwise::ctl
