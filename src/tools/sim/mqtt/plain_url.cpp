// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/plain_url.hpp"

#include <charconv>

namespace cellwise::sim::mqtt {

std::optional<PlainUrl> parse_plain_url(std::string_view url) {
    constexpr std::string_view kScheme = "https://";
    constexpr std::uint16_t kHttps = 443;
    constexpr std::size_t kLongestHost = 49;
    if (!url.starts_with(kScheme)) return std::nullopt;
    url.remove_prefix(kScheme.size());
    const auto slash = url.find('/');
    auto authority = url.substr(0, slash);
    PlainUrl plain;
    plain.path = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
    const auto colon = authority.find(':');
    plain.host = authority.substr(0, colon);
    plain.port = kHttps;
    if (colon == std::string_view::npos) {
        plain.faults.emplace_back("its URL names no port");
    } else {
        const auto digits = authority.substr(colon + 1);
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), plain.port);
        if (failure != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    }
    if (plain.host.size() > kLongestHost)
        plain.faults.emplace_back("the host of its URL is longer than 49 characters");
    if (plain.host.empty() || plain.port == 0) return std::nullopt;
    return plain;
}

}  // namespace cellwise::sim::mqtt
