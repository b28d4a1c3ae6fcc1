// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/http/http_server.hpp"

#include "cellwise/base/log.hpp"
#include "cellwise/base/result.hpp"
#include "cellwise/ports/http.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

/// What a session decides without a socket.
namespace cellwise::http {

/// The status that HTTP itself prescribes for a fault that the server found, whatever its kind says.
std::optional<int> prescribed_status(const Error& error);

/// "http.request.timeout"
Error timeout(std::string message);
/// "http.busy"
Error too_busy();
/// "http.body.too_large"
Error body_too_large(std::size_t most);

/// Has a client taken enough in a write_window? `bytes` are those that it confirmed.
bool keeps_pace(std::uint64_t bytes, const HttpLimits& limits);

bool is_continue(std::string_view expectation);
bool says_close(const ports::HttpResponse& response);

/// Who asked for what, without headers and body: all that a refusal needs.
ports::HttpRequest summary_of(const ports::HttpRequest& request);

/// Calls a face, which should not throw. If it does, that is its request's end and not the daemon's.
template <class Call>
auto guarded(Call call) -> decltype(call()) {
    try {
        return call();
    } catch (const std::exception& failure) {
        log::error("an HTTP handler threw", {{"what", std::string_view(failure.what())}});
    } catch (...) {
        log::error("an HTTP handler threw");
    }
    return internal_error("http.handler.failed", "the request could not be handled");
}

}  // namespace cellwise::http
