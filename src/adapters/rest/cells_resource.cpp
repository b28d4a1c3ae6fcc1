// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/live_views.hpp"
#include "adapters/rest/paging.hpp"
#include "adapters/rest/resources.hpp"

namespace cellwise::rest::cells {
namespace {

using domain::CellKey;
using Usage = domain::CellLimiter::Usage;

/// "level0/4242": the class and the cell.
std::string cursor_of(const CellKey& key) { return std::string(to_string(key.coverage)) + '/' + key.cell.text; }

std::optional<CellKey> parse_cursor(std::string_view cursor) {
    const auto slash = cursor.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto coverage = domain::parse_coverage_class(cursor.substr(0, slash));
    const auto cell = cursor.substr(slash + 1);
    if (!coverage) return std::nullopt;
    if (cell.empty()) return CellKey{.cell = {}, .coverage = *coverage};
    const auto id = domain::CellId::parse(cell);
    if (!id) return std::nullopt;
    return CellKey{.cell = *id, .coverage = *coverage};
}

std::string body_of_usages(const std::vector<Usage>& usages, std::size_t limit) {
    json::Writer out;
    out.begin_object().key("items").begin_array();
    for (const auto& usage : usages) write_usage(out, usage);
    out.end_array();
    const bool more = usages.size() == limit;
    out.field("nextCursor", more ? std::optional(cursor_of(usages.back().key)) : std::nullopt).end_object();
    return out.take();
}

}  // namespace

void list(Call call) {
    const auto page = page_of(call.request);
    if (!page) return refuse(call.respond, page.error());
    const auto after = parse_cursor(page->after);
    if (!after && !page->after.empty()) {
        return refuse(call.respond, invalid("request.query.invalid", "cursor",
                                            "cursor must be one that a list answered with", page->after));
    }
    // The limiter lives on the loop.
    call.services.loop.post(
        [&cells = call.services.cells, after, limit = std::size_t{page->limit}, respond = call.respond] {
            reply(respond, 200, body_of_usages(cells(after, limit), limit));
        });
}

}  // namespace cellwise::rest::cells
