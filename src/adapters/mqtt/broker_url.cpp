// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/broker_url.hpp"

#include <charconv>

namespace cellwise::mqtt {
namespace {

constexpr std::string_view kHostCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
constexpr std::string_view kAddressCharacters = "0123456789abcdefABCDEF:.%";

bool is_host(std::string_view host) {
    if (host.starts_with('[')) {
        return host.size() > 2 && host.ends_with(']') &&
               host.substr(1, host.size() - 2).find_first_not_of(kAddressCharacters) == std::string_view::npos;
    }
    return !host.empty() && host.size() <= 253 && host.find_first_not_of(kHostCharacters) == std::string_view::npos;
}

}  // namespace

Result<BrokerUrl> BrokerUrl::parse(std::string_view text) {
    const auto wrong = invalid("mqtt.broker.malformed", "mqtt.broker",
                               "must be mqtt://host:port or mqtts://host:port", std::string(text));
    BrokerUrl url;
    constexpr std::string_view kPlain = "mqtt://";
    constexpr std::string_view kTls = "mqtts://";
    url.tls = text.starts_with(kTls);
    if (!url.tls && !text.starts_with(kPlain)) return wrong;
    text.remove_prefix(url.tls ? kTls.size() : kPlain.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    const auto colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
    url.host = text.substr(0, colon);
    url.port = url.tls ? 8883 : 1883;
    if (colon != std::string_view::npos) {
        const auto digits = text.substr(colon + 1);
        const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (fault != std::errc{} || end != digits.data() + digits.size() || url.port == 0) return wrong;
    }
    if (!is_host(url.host)) return wrong;
    return url;
}

}  // namespace cellwise::mqtt
