// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/paging.hpp"

#include "json/nearest.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace cellwise::rest {
namespace {

constexpr std::uint32_t kMostItems = 1000;
constexpr std::size_t kLongestCursor = 512;

}  // namespace

Status check_query(const ports::HttpRequest& request, std::vector<std::string_view> known) {
    for (const auto& [name, value] : request.query) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        std::string hint;
        if (const auto meant = json::nearest(name, known); !meant.empty()) {
            hint = "; did you mean " + meant + "?";
        } else {
            for (const auto each : known) hint.append(hint.empty() ? "; known are: " : ", ").append(each);
        }
        return invalid("request.query.unknown", name, name + " is no query parameter of this" + hint, value);
    }
    return {};
}

Result<ports::PageRequest> page_of(const ports::HttpRequest& request,
                                   std::initializer_list<std::string_view> filters) {
    std::vector<std::string_view> known(filters);
    known.insert(known.end(), {"limit", "cursor"});
    if (auto ok = check_query(request, std::move(known)); !ok) return ok.error();
    ports::PageRequest page;
    if (const auto limit = request.query_value("limit")) {
        const char* end = limit->data() + limit->size();
        const auto [stop, fault] = std::from_chars(limit->data(), end, page.limit);
        if (fault != std::errc{} || stop != end || page.limit < 1 || page.limit > kMostItems) {
            return invalid("request.query.invalid", "limit", "limit must be 1 to 1000", std::string(*limit));
        }
    }
    page.after = request.query_value("cursor").value_or("");
    if (page.after.size() > kLongestCursor) {
        return invalid("request.query.invalid", "cursor", "cursor must be one that a list answered with");
    }
    return page;
}

}  // namespace cellwise::rest
