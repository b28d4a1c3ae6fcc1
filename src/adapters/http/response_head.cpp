// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/response_head.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace cellwise::http {
namespace {

namespace beast_http = boost::beast::http;

bool has_length(int status) { return status >= 200 && status != 204 && status != 304; }

bool is_framing(std::string_view name) {
    switch (beast_http::string_to_field(name)) {
        case beast_http::field::connection:
        case beast_http::field::content_length:
        case beast_http::field::keep_alive:
        case beast_http::field::transfer_encoding:
            return true;
        default:
            return false;
    }
}

bool is_token(std::string_view name) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_field_value(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
    });
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool has_response_body(int status, ports::HttpMethod method) {
    return has_length(status) && method != ports::HttpMethod::Head;
}

std::string http_date(Timestamp at) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
    std::array<char, 48> text{};
    const int length = std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                     kDays[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                                     static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                     static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<std::size_t>(length)};
}

ResponseFraming framing_of(const ports::HttpResponse& response, bool is_http_1_0) {
    if (response.bytes) return {.length = response.bytes->bytes().size()};
    if (!response.stream) return {};
    if (const auto length = response.stream->length()) return {.length = *length};
    if (is_http_1_0) return {.keep_alive = false, .end = BodyEnd::Close};
    return {.end = BodyEnd::LastChunk};
}

std::string chunk_head(std::size_t bytes) {
    std::array<char, 2 * sizeof(bytes) + 3> text{};
    const int length = std::snprintf(text.data(), text.size(), "%zx\r\n", bytes);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string render_head(const ports::HttpResponse& response, const ResponseFraming& framing) {
    const auto reason =
        beast_http::obsolete_reason(beast_http::int_to_status(static_cast<unsigned>(response.status)));
    std::string head;
    head.reserve(256);
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(reason.data(), reason.size()).append("\r\n");
    if (framing.date) append_field(head, "Date", http_date(*framing.date));
    for (const auto& [name, value] : response.headers) {
        if (is_framing(name)) continue;
        if (is_token(name) && is_field_value(value)) {
            append_field(head, name, value);
        } else {
            log::error("response field left out: its name or value breaks the header", {{"name", printable(name)}});
        }
    }
    if (framing.over_tls) append_field(head, "Strict-Transport-Security", "max-age=31536000");
    if (has_length(response.status) && framing.end == BodyEnd::Length) {
        append_field(head, "Content-Length", std::to_string(framing.length.value_or(response.body.size())));
    }
    if (has_length(response.status) && framing.end == BodyEnd::LastChunk) {
        append_field(head, "Transfer-Encoding", "chunked");
    }
    // Said even where it is the default: clients of HTTP/1.0 need to hear it.
    append_field(head, "Connection", framing.keep_alive ? "keep-alive" : "close");
    return head.append("\r\n");
}

}  // namespace cellwise::http
