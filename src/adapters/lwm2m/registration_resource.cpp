// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/registration_resource.hpp"

#include "adapters/lwm2m/registration_query.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::lwm2m {
namespace {

namespace code = coap::code;
namespace option = coap::option;
using Kind = RegistrationChange::Kind;

constexpr std::string_view kRoot = "rd";
// Anybody may send anything: enough lines to find a misconfigured device by, too few to fill a disk.
constexpr std::uint32_t kWarningsPerPeriod = 20;
constexpr Duration kWarningPeriod = std::chrono::seconds{10};

coap::Message response(coap::Code response_code) { return {.code = response_code}; }

/// Odd numbers are critical: one that we do not know forbids to act (RFC 7252, 5.4.1). Block1 and Block2 are the
/// transport's business.
bool understands(const coap::Option& opt) {
    constexpr std::uint16_t kUriHost = 3, kUriPort = 7;
    switch (opt.number) {
        case kUriHost:
        case kUriPort:
        case option::kUriPath:
        case option::kUriQuery:
        case option::kAccept:
        case option::kBlock1:
        case option::kBlock2:
            return true;
        default:
            return opt.number % 2 == 0;
    }
}

coap::Code code_for(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::InvalidInput:
            return code::kBadRequest;
        case ErrorKind::Forbidden:
            return code::kForbidden;
        case ErrorKind::NotFound:
            return code::kNotFound;
        case ErrorKind::Unsupported:
            return code::kPreconditionFailed;
        case ErrorKind::TooMany:
        case ErrorKind::Unavailable:
            return code::kServiceUnavailable;
        default:
            return code::kInternalError;
    }
}

std::string text_of(const domain::PeerAddress& peer) {
    constexpr std::size_t kMappedPrefix = 12;
    const auto& ip = peer.ip;
    const bool is_ipv4 =
        ip[10] == 0xFF && ip[11] == 0xFF && std::all_of(ip.begin(), ip.begin() + 10, std::logical_not{});
    if (!is_ipv4) return to_hex(ip) + ":" + std::to_string(peer.port);
    std::string text;
    for (auto i = kMappedPrefix; i < ip.size(); ++i)
        text.append(i > kMappedPrefix ? "." : "").append(std::to_string(ip[i]));
    return text + ":" + std::to_string(peer.port);
}

Status check_version(const std::string& version) {
    if (version == "1.0" || version == "1.1") return {};
    return Error{ErrorKind::Unsupported, "lwm2m.version", "must be 1.0 or 1.1", "lwm2m", printable(version)};
}

}  // namespace

RegistrationResource::Answer RegistrationResource::on_request(const domain::PeerAddress& from,
                                                              const coap::Message& request) {
    if (!std::all_of(request.options.begin(), request.options.end(), understands)) {
        return {.response = response(code::kBadOption)};
    }
    auto path = request.texts(option::kUriPath);
    while (!path.empty() && path.back().empty()) path.pop_back();  // "/rd/" is meant as "/rd"
    if (path.empty() || path.size() > 2 || path[0] != kRoot) return {.response = response(code::kNotFound)};
    if (path.size() == 1) {
        if (request.code != code::kPost) return {.response = response(code::kMethodNotAllowed)};
        return on_register(from, request);
    }
    if (request.code != code::kPost && request.code != code::kDelete) {
        return {.response = response(code::kMethodNotAllowed)};
    }
    const auto id = RegistrationId::parse(path[1]);
    if (!id) return {.response = response(code::kNotFound)};
    return request.code == code::kPost ? on_update(*id, from, request) : on_deregister(*id);
}

// The payload, a list of objects, is not looked at: real modules announce only </19/0> and have the rest all the
// same.

RegistrationResource::Answer RegistrationResource::on_register(const domain::PeerAddress& from,
                                                               const coap::Message& request) {
    auto query = parse_registration_query(request);
    if (!query) return refuse(from, query.error());
    if (const auto supported = check_version(query->version); !supported) return refuse(from, supported.error());
    query->request.address = from;
    const auto registration = registrations_.on_register(query->request);
    if (!registration) return refuse(from, registration.error());
    Answer answer{.response = response(code::kCreated),
                  .change = RegistrationChange{
                      .kind = Kind::Registered, .registration = *registration, .given_radio = query->request.radio}};
    answer.response.add(option::kLocationPath, kRoot).add(option::kLocationPath, registration->id.view());
    return answer;
}

RegistrationResource::Answer RegistrationResource::on_update(const RegistrationId& id,
                                                             const domain::PeerAddress& from,
                                                             const coap::Message& request) {
    auto query = parse_registration_query(request);
    if (!query) return refuse(from, query.error());
    query->request.address = from;
    const auto* before = registrations_.find(id);
    const bool moved = before != nullptr && before->address != from;
    const auto registration = registrations_.on_update(id, query->request);
    if (!registration) return refuse(from, registration.error());
    return {.response = response(code::kChanged),
            .change = RegistrationChange{.kind = Kind::Updated,
                                         .registration = *registration,
                                         .moved = moved,
                                         .given_radio = query->request.radio}};
}

RegistrationResource::Answer RegistrationResource::on_deregister(const RegistrationId& id) {
    const auto registration = registrations_.on_deregister(id);
    if (!registration) return {.response = response(code_for(registration.error().kind))};
    return {.response = response(code::kDeleted),
            .change = RegistrationChange{.kind = Kind::Deregistered, .registration = *registration}};
}

RegistrationResource::Answer RegistrationResource::refuse(const domain::PeerAddress& from, const Error& error) {
    const auto now = clock_.now();
    if (now - warning_period_ >= kWarningPeriod) {
        warning_period_ = now;
        warnings_ = 0;
    }
    // An update after the expiry is everyday business.
    if (error.kind != ErrorKind::NotFound && warnings_ < kWarningsPerPeriod) {
        ++warnings_;
        log::warning("registration refused", {{"code", error.code},
                                              {"field", error.field},
                                              {"rule", error.message},
                                              {"value", printable(error.value)},
                                              {"peer", text_of(from)}});
    }
    return {.response = response(code_for(error.kind))};
}

}  // namespace cellwise::lwm2m
