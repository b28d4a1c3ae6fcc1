// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cellwise::http {

struct RequestTarget {
    std::string path{};  ///< decoded; starts with '/'; "." and ".." stay as they came
    std::vector<std::pair<std::string, std::string>> query{};
};

/// Reads the target of a request line (RFC 9112, 3.2): origin form, or absolute form, whose authority is dropped.
/// Errors: "http.target.malformed" with what is wrong. An escaped '/' or NUL in the path is refused: it would make
/// the path that is routed another than the path that is meant.
Result<RequestTarget> parse_request_target(std::string_view target);

/// `a=1&b=%20x&c`, decoded: '+' is a blank, empty parts are left out (real clients begin with '&'), a name without
/// '=' has an empty value. Also the syntax of application/x-www-form-urlencoded bodies.
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

}  // namespace cellwise::http
