// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/call.hpp"
#include "adapters/rest/views.hpp"
#include "json/writer.hpp"

#include "cellwise/ports/page.hpp"

#include <initializer_list>
#include <string_view>
#include <vector>

namespace cellwise::rest {

/// Refuses every query name that is none of these: InvalidInput "request.query.unknown".
Status check_query(const ports::HttpRequest& request, std::vector<std::string_view> known);

/// ?limit= (1..1000, 50 when absent) and ?cursor=. Refuses every query name that is neither of them nor one of
/// `filters`: InvalidInput "request.query.unknown", "request.query.invalid".
Result<ports::PageRequest> page_of(const ports::HttpRequest& request,
                                   std::initializer_list<std::string_view> filters = {});

/// Reads a page and answers with {"items": […], "nextCursor": "…" or null}. `list` is a function from a transaction
/// to Result<Page<T>>; `show(out, tx, item)` writes one and returns a Status.
template <class T, class List, class Show>
void reply_list(const Call& call, const List& list, const Show& show) {
    json::Writer out;
    const auto status = call.services.database.read([&](ports::Transaction& tx) -> Status {
        const Result<ports::Page<T>> page = list(tx);
        if (!page) return page.error();
        out.begin_object().key("items").begin_array();
        for (const auto& item : page->items) {
            if (Status shown = show(out, tx, item); !shown) return shown;
        }
        out.end_array().field("nextCursor", or_null(page->next)).end_object();
        return {};
    });
    if (!status) return refuse(call.respond, status.error());
    reply(call.respond, 200, out.take());
}

/// Reads one thing and answers with it. `find` is a function from a transaction to Result<std::optional<T>>; `show`
/// is as above; `missing` is the answer when there is none.
template <class T, class Find, class Show>
void reply_one(const Call& call, const Error& missing, const Find& find, const Show& show) {
    json::Writer out;
    const auto status = call.services.database.read([&](ports::Transaction& tx) -> Status {
        const Result<std::optional<T>> found = find(tx);
        if (!found) return found.error();
        if (!*found) return missing;
        return show(out, tx, **found);
    });
    if (!status) return refuse(call.respond, status.error());
    reply(call.respond, 200, out.take());
}

/// A `show` for what needs nothing but itself.
template <class T>
auto alone(void (*write)(json::Writer&, const T&)) {
    return [write](json::Writer& out, ports::Transaction&, const T& item) -> Status {
        write(out, item);
        return {};
    };
}

}  // namespace cellwise::rest
