// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/registration_query.hpp"

#include "adapters/lwm2m/radio_values.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace cellwise::lwm2m {
namespace {

// LwM2M 1.1: a lifetime of 0 never ends. Ours ends after the longest one that can be named, 136 years.
constexpr std::uint32_t kLongestLifetime = 4'294'967'295;

Result<Duration> parse_lifetime(std::string_view text) {
    std::uint32_t seconds = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seconds);
    if (text.empty() || error != std::errc{} || stop != end) {
        return invalid("lwm2m.query.lifetime", "lt", "must be whole seconds, 0 to 4294967295", printable(text));
    }
    return std::chrono::seconds{seconds == 0 ? kLongestLifetime : seconds};
}

/// LwM2M 1.0 writes queue mode into the binding: UQ, and UQS, SQ where SMS is added. Of what we do not know we assume
/// that it sleeps: a message too few reaches the device at its next uplink, one too many is a defect.
domain::Binding parse_binding(std::string_view text) {
    return text == "U" ? domain::Binding::Udp : domain::Binding::UdpQueue;
}

Status take_parameter(std::string_view name, std::string_view value, RegistrationQuery& query) {
    auto& request = query.request;
    if (name == "ep") {
        // Which of two names is meant nobody can tell, and the name is who the device is.
        if (!request.endpoint.empty()) return invalid("lwm2m.query.endpoint", "ep", "must be given once");
        request.endpoint = value;
    } else if (name == "lt") {
        const auto lifetime = parse_lifetime(value);
        if (!lifetime) return lifetime.error();
        request.lifetime = *lifetime;
    } else if (name == "b") {
        if (!value.empty()) request.binding = parse_binding(value);
    } else if (name == "Q") {
        request.binding = domain::Binding::UdpQueue;  // LwM2M 1.1, 6.2.1: a parameter of its own
    } else if (name == "lwm2m") {
        query.version = value;
    } else if (name == "rsrp") {
        request.radio.rsrp_dbm = parse_decibels(value);
    } else if (name == "sinr") {
        request.radio.sinr_db = parse_decibels(value);
    } else if (name == "cellid") {
        request.radio.cell = parse_cell(value);
    }
    return {};
}

}  // namespace

Result<RegistrationQuery> parse_registration_query(const coap::Message& request) {
    RegistrationQuery query;
    bool queue_mode = false;
    for (const auto& text : request.texts(coap::option::kUriQuery)) {
        const std::string_view parameter = text;
        const auto equals = parameter.find('=');
        const auto name = parameter.substr(0, equals);
        const auto value = equals == std::string_view::npos ? std::string_view{} : parameter.substr(equals + 1);
        if (auto status = take_parameter(name, value, query); !status) return status.error();
        queue_mode = queue_mode || name == "Q";
    }
    if (queue_mode) query.request.binding = domain::Binding::UdpQueue;  // whatever `b` said after it
    return query;
}

}  // namespace cellwise::lwm2m
