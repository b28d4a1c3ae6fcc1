// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/session_rules.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace cellwise::http {
namespace {

bool equal_ignoring_case(std::string_view text, std::string_view lower_case) {
    return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                      [](char c, char l) { return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == l; });
}

constexpr std::array<std::pair<std::string_view, int>, 6> kPrescribed{{
    {"http.request.timeout", 408},
    {"http.body.too_large", 413},
    {"http.expectation", 417},
    {"http.header.too_large", 431},
    {"http.busy", 503},
    {"http.version.unsupported", 505},
}};

}  // namespace

std::optional<int> prescribed_status(const Error& error) {
    for (const auto& [code, status] : kPrescribed) {
        if (error.code == code) return status;
    }
    return std::nullopt;
}

Error timeout(std::string message) { return invalid("http.request.timeout", {}, std::move(message)); }

Error body_too_large(std::size_t most) {
    return {ErrorKind::TooLarge, "http.body.too_large",
            "the body must have at most " + std::to_string(most) + " bytes"};
}

Error too_busy() {
    return Error{ErrorKind::Unavailable, "http.busy", "too many bodies are being received: try again later"};
}

bool keeps_pace(std::uint64_t bytes, const HttpLimits& limits) {
    const auto window = static_cast<std::uint64_t>(limits.write_window.count());
    return bytes > 0 && bytes >= limits.min_rate * window / 1000;
}

bool is_continue(std::string_view expectation) { return equal_ignoring_case(expectation, "100-continue"); }

bool says_close(const ports::HttpResponse& response) {
    const auto connection = ports::find_header(response.headers, "Connection");
    return connection && equal_ignoring_case(*connection, "close");
}

ports::HttpRequest summary_of(const ports::HttpRequest& request) {
    return {.method = request.method,
            .path = request.path,
            .query = request.query,
            .peer = request.peer,
            .over_tls = request.over_tls,
            .client_subject = request.client_subject};
}

}  // namespace cellwise::http
