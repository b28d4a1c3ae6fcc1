// SPDX-License-Identifier: Apache-2.0
#include "app/callback_url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace cellwise::app {
namespace {

constexpr std::size_t kLongest = 1024;

bool is_visible_ascii(char c) { return c > ' ' && c < '\x7F'; }

bool is_port(std::string_view text) {
    std::uint32_t port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    return fault == std::errc{} && end == text.data() + text.size() && text.size() <= 5 && port >= 1 && port <= 65535;
}

bool is_host(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        const auto inside = host.substr(1, host.size() - 2);
        return inside.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
    }
    const auto in_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_';
    };
    return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), in_name);
}

/// The rule that is broken; empty when none is.
std::string_view broken_rule(std::string_view url) {
    if (url.size() > kLongest) return "callbackUrl must have at most 1024 characters";
    if (!std::all_of(url.begin(), url.end(), is_visible_ascii)) {
        return "callbackUrl must be visible ASCII, everything else percent-encoded";
    }
    if (url.find('#') != std::string_view::npos) return "callbackUrl must have no fragment";
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!url.starts_with(scheme)) continue;
        const auto rest = url.substr(scheme.size());
        const auto slash = rest.find('/');
        if (slash == std::string_view::npos) return "callbackUrl must have a path";
        const auto authority = rest.substr(0, slash);
        const auto colon = authority.rfind(':');
        if (colon == std::string_view::npos || !is_port(authority.substr(colon + 1))) {
            return "callbackUrl must name its port, 1 to 65535";
        }
        if (!is_host(authority.substr(0, colon))) return "callbackUrl must have a plain host name or address";
        return {};
    }
    return "callbackUrl must begin with http:// or https://";
}

}  // namespace

Status check_callback_url(std::string_view url) {
    const auto rule = broken_rule(url);
    if (rule.empty()) return {};
    return invalid("subscription.url.invalid", "callbackUrl", std::string(rule),
                   std::string(url.substr(0, kLongest)));
}

}  // namespace cellwise::app
