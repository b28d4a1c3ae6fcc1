// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/url.hpp"

#include "adapters/http/cidr.hpp"

#include "cellwise/base/bytes.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace cellwise::http {
namespace {

constexpr std::size_t kLongest = 1024;

Error malformed_url(std::string message, std::string_view url) {
    return invalid("http.url.malformed", "url", std::move(message), printable(url.substr(0, 200)));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    if (!whole || digits.starts_with('0')) return std::nullopt;
    return port;
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.starts_with('-') || label.ends_with('-')) return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

bool is_number(std::string_view label) {
    const bool hex = label.starts_with("0x") || label.starts_with("0X");
    const auto digits = hex ? label.substr(2) : label;
    return std::all_of(digits.begin(), digits.end(), hex ? is_hex : is_digit);
}

bool is_dns_name(std::string_view host) {
    if (host.empty() || host.size() > 253) return false;
    std::string_view label;
    for (std::size_t begin = 0; begin <= host.size(); begin += label.size() + 1) {
        label = host.substr(begin, std::min(host.find('.', begin), host.size()) - begin);
        if (!is_label(label)) return false;
    }
    return !is_number(label);
}

bool has_bad_byte(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c <= 0x20 || c >= 0x7F || c == '#'; });
}

struct HostAndPort {
    std::string_view host;
    std::string_view port;
};

std::optional<HostAndPort> split_authority(std::string_view authority) {
    const bool bracketed = authority.starts_with('[');
    const auto host_end = authority.find(bracketed ? "]:" : ":");
    if (host_end == std::string_view::npos) return std::nullopt;
    const auto host = authority.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
    const auto port = authority.substr(host_end + (bracketed ? 2 : 1));
    const bool v6 = host.find(':') != std::string_view::npos;
    const bool known = bracketed ? v6 && IpAddress::parse(host) : IpAddress::parse(host) || is_dns_name(host);
    return known ? std::optional(HostAndPort{host, port}) : std::nullopt;
}

}  // namespace

std::string Url::authority() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Url> parse_url(std::string_view url) {
    if (url.size() > kLongest) return malformed_url("must have at most 1024 characters", url);
    if (has_bad_byte(url)) return malformed_url("must be visible ASCII without '#'", url);
    const auto colon = url.find("://");
    const auto scheme = colon == std::string_view::npos ? std::string{} : lower(url.substr(0, colon));
    if (scheme != "http" && scheme != "https") return malformed_url("must start with http:// or https://", url);
    const auto rest = url.substr(colon + 3);
    const auto slash = rest.find_first_of("/?");
    if (slash == std::string_view::npos || rest[slash] != '/') return malformed_url("the path is missing", url);
    const auto authority = rest.substr(0, slash);
    if (authority.find('@') != std::string_view::npos) return malformed_url("must not hold user information", url);
    const auto parts = split_authority(authority);
    if (!parts) return malformed_url("needs a host and a port, as example.com:8080 or [2001:db8::1]:8080", url);
    const auto port = parse_port(parts->port);
    if (!port) return malformed_url("the port must be a number from 1 to 65535", url);
    return Url{.tls = scheme == "https",
               .host = lower(parts->host),
               .port = *port,
               .target = std::string(rest.substr(slash))};
}

}  // namespace cellwise::http
