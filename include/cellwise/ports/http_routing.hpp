// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/http.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What every face of the daemon has to do with a request before it knows what is asked.
namespace cellwise::ports {

/// "/tasks/{id}/jobs" fits "/tasks/0123/jobs" and gives {"0123"}; "/tasks/{id}:stop" fits "/tasks/0123:stop". A {…}
/// stands for one segment, not empty and without ':'. Nothing when the path does not fit.
std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

/// The token of "Authorization: Bearer <token>", empty when there is none. The scheme is case-insensitive (RFC 9110,
/// 11.1), and any number of blanks may follow it: real clients send two.
std::string_view bearer_token(const HttpHeaders& headers);

/// The id by which an application server says who it is: "app_key", or "x-app-key" as some clients have it.
std::optional<std::string_view> application_key(const HttpHeaders& headers);

}  // namespace cellwise::ports
