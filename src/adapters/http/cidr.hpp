// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::http {

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address (::ffff:a.b.c.d) is the IPv4 address that it reaches.
class IpAddress {
 public:
    /// Dotted quad or RFC 4291 text, without brackets and zone; nothing else (no "127.1", no octal).
    static std::optional<IpAddress> parse(std::string_view text);
    static IpAddress v4(const std::array<std::uint8_t, 4>& bytes);
    static IpAddress v6(const std::array<std::uint8_t, 16>& bytes);

    bool is_v4() const { return v4_; }
    /// The leading 4 bytes count for IPv4, all 16 for IPv6.
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    std::string str() const;

    friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
    std::array<std::uint8_t, 16> bytes_{};
    bool v4_ = true;
};

/// A network: `10.0.0.0/8`, `fd00::/8`, or a lone address for a network of one.
class Cidr {
 public:
    /// Errors: "config.cidr" naming the rule; bits behind the prefix must be zero.
    static Result<Cidr> parse(std::string_view text);
    bool contains(const IpAddress& address) const;

 private:
    IpAddress network_{};
    unsigned prefix_ = 0;
};

}  // namespace cellwise::http
