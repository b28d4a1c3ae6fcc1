// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/http.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::http {

/// How the client knows where the body ends (RFC 9112, 6.3).
enum class BodyEnd { Length, LastChunk, Close };

struct ResponseFraming {
    bool keep_alive = true;
    std::optional<Timestamp> date{};
    bool over_tls = false;  ///< then browsers are told to come by TLS only (RFC 6797, 7.2: never over plain HTTP)
    BodyEnd end = BodyEnd::Length;
    std::optional<std::uint64_t> length{};  ///< of the body; else what is in the response
};

/// Of this response, to a client that speaks HTTP/1.0 or a later one.
ResponseFraming framing_of(const ports::HttpResponse& response, bool is_http_1_0);

/// What stands before a chunk of so many bytes; behind it comes CRLF.
std::string chunk_head(std::size_t bytes);
constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// Does a response of this status to this method carry its body? (RFC 9110, 6.4.1)
bool has_response_body(int status, ports::HttpMethod method);

/// Status line and header, with the blank line. Framing fields (Content-Length, Transfer-Encoding, Connection) of the
/// handler are left out, ours stand in their place; so is a field that would break the header apart.
std::string render_head(const ports::HttpResponse& response, const ResponseFraming& framing);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(Timestamp at);

}  // namespace cellwise::http
