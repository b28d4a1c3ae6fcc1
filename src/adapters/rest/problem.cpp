// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/problem.hpp"

#include "json/writer.hpp"

#include <string>
#include <string_view>

namespace cellwise::rest {
namespace {

std::string_view title_of(int status) {
    switch (status) {
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 409:
            return "Conflict";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 507:
            return "Insufficient Storage";
        default:
            return "Internal Server Error";
    }
}

/// Long values would only repeat the request.
std::string_view cut(std::string_view value) {
    constexpr std::size_t kMost = 128;
    if (value.size() <= kMost) return value;
    std::size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;  // not inside a character
    return value.substr(0, end);
}

}  // namespace

int status_of(const Error& error) {
    if (error.code == kMethodNotAllowed) return 405;
    if (error.code == kMediaType) return 415;
    if (error.code == kOtherRequest) return 422;
    switch (error.kind) {
        case ErrorKind::InvalidInput:
            return 400;
        case ErrorKind::Unauthenticated:
            return 401;
        case ErrorKind::Forbidden:
            return 403;
        case ErrorKind::NotFound:
            return 404;
        case ErrorKind::Conflict:
            return 409;
        case ErrorKind::TooLarge:
            return 413;
        case ErrorKind::TooMany:
            return 429;
        case ErrorKind::Unsupported:
            return 501;
        case ErrorKind::Unavailable:
            return 503;
        case ErrorKind::StorageFull:
            return 507;
        case ErrorKind::Internal:
            return 500;
    }
    return 500;
}

ports::HttpResponse problem(const Error& error) {
    const int status = status_of(error);
    json::Writer out;
    out.begin_object();
    out.field("type", "about:blank").field("title", title_of(status)).field("status", status);
    out.field("detail", error.message).field("code", error.code);
    if (!error.field.empty()) out.field("field", error.field);
    if (!error.value.empty()) out.field("value", cut(error.value));
    out.end_object();
    ports::HttpResponse response{.status = status, .body = out.take(), .error_code = error.code};
    response.headers.emplace_back("Content-Type", "application/problem+json");
    response.headers.emplace_back("Cache-Control", "no-store");
    if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

}  // namespace cellwise::rest
