// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/observation.hpp"

#include "adapters/lwm2m/resource_request.hpp"

#include "cellwise/base/log.hpp"

#include <cstring>
#include <string>

namespace cellwise::lwm2m {
namespace {

constexpr std::size_t kMaxAttempts = 50'000;
constexpr std::uint32_t kMaxTries = 2;  // one by each set of transmission parameters

coap::Message observe_request(const domain::ObservationToken& token) {
    auto message = resource_request(coap::code::kGet, uplink_path());
    message.token = {.bytes = token, .length = static_cast<std::uint8_t>(token.size())};
    message.add_uint(coap::option::kObserve, 0).add_uint(coap::option::kAccept, coap::format::kOctetStream);
    return message;
}

std::string text_of(coap::Code code) {
    const auto detail = std::to_string(code & 0x1FU);
    return std::to_string(code >> 5U) + (detail.size() < 2 ? ".0" : ".") + detail;
}

}  // namespace

std::size_t Observation::TokenHash::operator()(const domain::ObservationToken& token) const noexcept {
    std::size_t hash = 0;
    static_assert(sizeof(hash) <= sizeof(token));
    std::memcpy(&hash, token.data(), sizeof(hash));
    return hash;
}

Observation::Observation(RequestGate& gate, app::RegistrationService& registrations, ports::Random& random,
                         const ObservePolicy& policy, Confirmed confirmed)
    : gate_(gate),
      registrations_(registrations),
      random_(random),
      policy_(policy),
      confirmed_(std::move(confirmed)),
      attempts_(kMaxAttempts),
      asked_(kMaxAttempts) {}

void Observation::stop(const DeviceId& device) {
    if (auto* attempt = attempts_.find(device); attempt != nullptr) {
        gate_.cancel(attempt->request);
        attempt->request = 0;
    }
}

void Observation::ensure(const DeviceId& device) {
    auto* attempt = attempts_.find(device);
    if ((attempt != nullptr && attempt->request != 0) || !gate_.is_awake(device)) return;
    if (attempt == nullptr) {
        attempt = &attempts_.put(device, {});
        random_.fill(attempt->token);
        asked_.put(attempt->token, device);
    }
    attempt->tries = 0;
    ask(device, *attempt);
}

void Observation::ask(const DeviceId& device, Attempt& attempt) {
    const bool is_first = attempt.tries == 0;
    ++attempt.tries;
    attempt.request = gate_.request(
        device, observe_request(attempt.token), is_first ? policy_.first : policy_.then,
        is_first ? OnSilence::Ignore : OnSilence::CountAsDeaf,
        [this, token = attempt.token](const DeviceId& to, RequestOutcome outcome, const coap::Message* response) {
            on_end(to, token, outcome, response);
        });
}

bool Observation::is_wanting(const DeviceId& device) const { return attempts_.contains(device); }

void Observation::forget(const DeviceId& device) {
    stop(device);
    if (const auto* attempt = attempts_.find(device); attempt != nullptr) asked_.erase(attempt->token);
    attempts_.erase(device);
}

std::optional<DeviceId> Observation::find_asked(const domain::ObservationToken& token) {
    const auto* device = asked_.find(token);
    return device != nullptr ? std::optional(*device) : std::nullopt;
}

void Observation::confirm(const DeviceId& device, const domain::ObservationToken& token) {
    registrations_.save_observation(device, token);
    forget(device);
}

void Observation::on_end(const DeviceId& device, const domain::ObservationToken& token, RequestOutcome outcome,
                         const coap::Message* response) {
    // Any 2.xx will do: some devices leave out the Observe option and report all the same.
    if (outcome == RequestOutcome::Answered && coap::is_success(response->code)) {
        confirm(device, token);
        confirmed_(device, *response);
        return;
    }
    auto* attempt = attempts_.find(device);
    const bool is_current = attempt != nullptr && attempt->token == token;
    if (is_current) attempt->request = 0;
    if (is_current && outcome == RequestOutcome::GaveUp && attempt->tries < kMaxTries && gate_.is_awake(device)) {
        ask(device, *attempt);
        return;
    }
    ++failures_;
    const auto reason = outcome == RequestOutcome::Answered ? text_of(response->code)
                        : outcome == RequestOutcome::Reset  ? "reset"
                                                            : "no answer";
    log::info("device is not observed", {{"device", device}, {"reason", reason}});
}

}  // namespace cellwise::lwm2m
