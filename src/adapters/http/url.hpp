// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cellwise::http {

/// Where to send a request. Host, port and path are all needed: callback URLs come from others, and nothing in them
/// is guessed.
struct Url {
    bool tls = false;
    std::string host{};  ///< a DNS name, a dotted quad, or an IPv6 address without its brackets; lower case
    std::uint16_t port = 0;
    std::string target{};  ///< path and query as written; starts with '/'

    /// As the Host header has it: "example.com:8080", "[2001:db8::1]:80".
    std::string authority() const;
};

/// Reads `http://host:port/path?query`. No user information, no fragment, nothing but visible ASCII, at most 1024
/// characters. A name that looks like a number in another spelling ("127.1", "0x7f.0.0.1") is refused, for resolvers
/// read those as addresses. Errors: "http.url.malformed", its message says which part. Whether the address may be
/// reached is AddressPolicy's to judge, at each attempt.
Result<Url> parse_url(std::string_view url);

}  // namespace cellwise::http
