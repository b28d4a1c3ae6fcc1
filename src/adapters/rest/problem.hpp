// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/ports/http.hpp"

namespace cellwise::rest {

/// Codes that have a status of their own, whatever their kind.
inline constexpr const char* kMethodNotAllowed = "request.method";
inline constexpr const char* kMediaType = "request.media_type";
inline constexpr const char* kOtherRequest = "idempotency.mismatch";

int status_of(const Error& error);
/// RFC 9457: application/problem+json {type, title, status, detail, code, field?, value?}.
ports::HttpResponse problem(const Error& error);

}  // namespace cellwise::rest
