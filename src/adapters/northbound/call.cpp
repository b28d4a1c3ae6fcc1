// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/call.hpp"

#include <charconv>

namespace cellwise::northbound {
namespace {

/// Nothing when it is no number.
std::optional<std::uint32_t> number_of(const Call& call, std::string_view name, std::uint32_t otherwise) {
    const auto text = query_value(call, {name});
    if (!text) return otherwise;
    std::uint32_t number = 0;
    const char* end = text->data() + text->size();
    const auto [stop, fault] = std::from_chars(text->data(), end, number);
    if (fault != std::errc{} || stop != end) return std::nullopt;
    return number;
}

}  // namespace

ports::HttpResponse json_response(int status, std::string body) {
    ports::HttpResponse response{.status = status, .body = std::move(body)};
    response.headers.emplace_back("Content-Type", "application/json");
    return response;
}

ports::HttpResponse empty_ok() { return json_response(200, {}); }

ports::HttpResponse no_content() { return {.status = 204}; }

Result<json::Document> body_of(const Call& call) {
    return json::Document::parse(call.request.body, json::Duplicates::Refuse);
}

std::optional<std::string> query_value(const Call& call, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        if (const auto value = call.request.query_value(name); value && !value->empty()) return std::string(*value);
    }
    return std::nullopt;
}

std::optional<PageNumber> page_of(const Call& call, std::uint32_t default_size, std::uint32_t most) {
    const auto number = number_of(call, "pageNo", 0);
    const auto size = number_of(call, "pageSize", default_size);
    if (!number || !size || *size < 1 || *size > most) return std::nullopt;
    return PageNumber{.number = *number, .size = *size};
}

void write_page(json::Writer& out, const PageNumber& page, std::int64_t total) {
    out.field("pageNo", page.number)
        .field("pageSize", page.size)
        .field("totalCount", total)
        .field("totalSize", total);
}

}  // namespace cellwise::northbound
