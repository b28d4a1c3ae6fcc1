// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/northbound/services.hpp"
#include "adapters/northbound/vendor_error.hpp"
#include "json/document.hpp"
#include "json/object_reader.hpp"
#include "json/writer.hpp"

#include "cellwise/base/id.hpp"
#include "cellwise/ports/http.hpp"
#include "cellwise/ports/page.hpp"

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cellwise::northbound {

/// One request of an application server: authenticated (unless the route lets anyone in), routed, not yet read.
struct Call {
    const Services& services;
    ports::HttpRequest request{};
    AppId app{};  ///< who calls
    std::vector<std::string> path_values{};
    ports::Respond respond{};
};

ports::HttpResponse json_response(int status, std::string body);
/// Real client libraries want a Content-Type on an empty 200, and nothing at all on a 204.
ports::HttpResponse empty_ok();
ports::HttpResponse no_content();

/// A service's callback that answers with what `show` makes of the result, an HttpResponse.
template <class T, class Show>
std::function<void(Result<T>)> answer(ports::Respond respond, const VendorError& otherwise, Show show) {
    return [respond = std::move(respond), &otherwise, show = std::move(show)](const Result<T>& result) {
        respond(result ? show(*result) : refusal(result.error(), otherwise));
    };
}
inline std::function<void(Status)> answer_with(ports::Respond respond, const VendorError& otherwise,
                                               ports::HttpResponse (*show)()) {
    return [respond = std::move(respond), &otherwise, show](const Status& status) {
        respond(status ? show() : refusal(status.error(), otherwise));
    };
}

/// Unknown members are ignored and null is absent, by who reads it. Two equal members are refused: nobody knows which
/// of them counts.
Result<json::Document> body_of(const Call& call);

/// Nothing for what is absent or empty; real client libraries send "&model=" for a null.
std::optional<std::string> query_value(const Call& call, std::initializer_list<std::string_view> names);

/// pageNo from 0 and pageSize.
struct PageNumber {
    std::uint32_t number = 0;
    std::uint32_t size = 0;

    ports::PageRequest request() const { return {.limit = size, .offset = std::uint64_t{number} * size}; }
};
/// Nothing when they are beyond the limit.
std::optional<PageNumber> page_of(const Call& call, std::uint32_t default_size, std::uint32_t most);
/// Both totals: some clients read the one, some the other.
void write_page(json::Writer& out, const PageNumber& page, std::int64_t total);

/// The body that `work(tx, out)` writes, from one view of the database, with status 200; or its error.
template <class Work>
void reply_read(const Call& call, const VendorError& otherwise, const Work& work) {
    json::Writer out;
    const auto status = call.services.database.read([&](ports::Transaction& tx) -> Status { return work(tx, out); });
    call.respond(status ? json_response(200, out.take()) : refusal(status.error(), otherwise));
}

}  // namespace cellwise::northbound
