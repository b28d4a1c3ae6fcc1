// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/rest/problem.hpp"

namespace cellwise::rest {

/// A refusal; where the error's value is the seconds to wait, as with passwords, it says so by Retry-After (RFC 9110,
/// 10.2.3), too.
inline void refuse_for_now(const ports::Respond& respond, const Error& error) {
    auto response = problem(error);
    if (error.kind == ErrorKind::TooMany && !error.value.empty()) {
        response.headers.emplace_back("Retry-After", error.value);
    }
    respond(std::move(response));
}

}  // namespace cellwise::rest
