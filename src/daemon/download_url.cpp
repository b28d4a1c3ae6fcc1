// SPDX-License-Identifier: Apache-2.0
#include "daemon/download_url.hpp"

#include "cellwise/base/bytes.hpp"

#include <algorithm>
#include <charconv>

namespace cellwise::daemon {
namespace {

/// What the code of a widely used device SDK has room for.
constexpr std::size_t kLongestHost = 49;

Error wrong(std::string message, std::string_view url) {
    return invalid("config.value", "download.public_url", "download.public_url: " + std::move(message),
                   printable(url.substr(0, 200)));
}

bool is_host(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    });
}

bool is_port(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return !digits.empty() && !digits.starts_with('0') && error == std::errc{} &&
           end == digits.data() + digits.size();
}

}  // namespace

Status check_public_url(std::string_view url) {
    const auto scheme_end = url.find("://");
    const auto scheme = url.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
    if (scheme != "https" && scheme != "http") return wrong("must begin with https:// or http://", url);
    const auto authority = url.substr(scheme_end + 3);
    if (authority.starts_with('[')) return wrong("must name no IPv6 address: devices do not read it", url);
    const auto colon = authority.find(':');
    if (colon == std::string_view::npos) return wrong("must name the port, as https://fota.example.com:8943", url);
    const auto host = authority.substr(0, colon);
    if (!is_host(host)) return wrong("must be a host and a port, as https://fota.example.com:8943", url);
    if (host.size() > kLongestHost) {
        return wrong("its host must have at most 49 characters, for devices have room for no more; this one has " +
                         std::to_string(host.size()),
                     url);
    }
    if (!is_port(authority.substr(colon + 1))) {
        return wrong("must end with its port, a number from 1 to 65535, and have no path", url);
    }
    return {};
}

Result<std::string> public_url_of(const Config& config, std::string_view machine, std::uint16_t port) {
    if (!config.download_public_url.empty()) return config.download_public_url;
    const auto& bound = config.download_listen.host;
    const bool everywhere = bound == "0.0.0.0" || bound == "::";
    const std::string host(everywhere ? machine : std::string_view(bound));
    if (host.empty()) return wrong("must be given, since the machine has no name", {});
    if (host.find(':') != std::string::npos) {
        return wrong("must be given, since devices do not read the IPv6 address of download.listen", host);
    }
    auto url = (config.download_tls ? "https://" : "http://") + host + ":" + std::to_string(port);
    if (const auto checked = check_public_url(url); !checked) return checked.error();
    return url;
}

}  // namespace cellwise::daemon
