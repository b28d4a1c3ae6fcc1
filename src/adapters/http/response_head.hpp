// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/ports/http.hpp"

#include <optional>
#include <string>

namespace cellwise::http {

struct ResponseFraming {
    bool keep_alive = true;
    std::optional<Timestamp> date{};
};

/// Does a response of this status to this method carry its body? (RFC 9110, 6.4.1)
bool has_response_body(int status, ports::HttpMethod method);

/// Status line and header, with the blank line. Framing fields (Content-Length, Transfer-Encoding, Connection) of the
/// handler are left out, ours stand in their place; so is a field that would break the header apart.
std::string render_head(const ports::HttpResponse& response, const ResponseFraming& framing);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(Timestamp at);

}  // namespace cellwise::http
