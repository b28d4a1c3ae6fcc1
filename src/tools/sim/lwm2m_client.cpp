// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/lwm2m_client.hpp"

#include "tools/sim/radio_object.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace cellwise::sim {
namespace {

namespace code = coap::code;
namespace option = coap::option;
namespace format = coap::format;

constexpr Tag kRegister = 1;
constexpr Tag kUpdate = 2;
constexpr Tag kNotification = 3;
constexpr std::uint32_t kLifetimeSeconds = 86'400;

void add_radio_query(coap::Message& request, const Script& script) {
    request.add(option::kUriQuery, "imsi=46000" + script.imei.substr(script.imei.size() - 10));
    request.add(option::kUriQuery, "iccid=8986" + script.imei);
    const auto& radio = script.radio;
    if (radio.rsrp_dbm) request.add(option::kUriQuery, "rsrp=" + std::to_string(*radio.rsrp_dbm));
    if (radio.sinr_db) request.add(option::kUriQuery, "sinr=" + std::to_string(*radio.sinr_db));
    if (radio.cell) request.add(option::kUriQuery, "cellid=" + std::to_string(*radio.cell));
    request.add(option::kUriQuery, "apn=nbiot");
    request.add(option::kUriQuery, "im=" + script.imei);
    request.add(option::kUriQuery, "ct=1");
}

coap::Message registration_of(const Script& script, bool sleeps) {
    coap::Message request{.code = code::kPost};
    request.add(option::kUriPath, "rd");
    request.add(option::kUriQuery, "lwm2m=1.0");
    request.add(option::kUriQuery, "ep=" + script.node_id);
    request.add(option::kUriQuery, sleeps ? "b=UQ" : "b=U");
    request.add(option::kUriQuery, "lt=" + std::to_string(kLifetimeSeconds));
    if (script.dialect.has(Trait::ExtraQuery) || script.dialect.has(Trait::RadioInRegister)) {
        add_radio_query(request, script);
    }
    request.add_uint(option::kContentFormat, format::kLink);
    // Real modules announce 19/0 only: nobody may require 19/1.
    const auto objects = as_bytes("</>;rt=\"oma.lwm2m\",</1/0>,</3/0>,</4/0>,</19/0>");
    request.payload.assign(objects.begin(), objects.end());
    return request;
}

std::optional<std::uint16_t> resource_number(const std::string& text) {
    std::uint16_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

LwM2mClient::LwM2mClient(const Script& script, const Timing& timing, SplitMix64 random)
    : script_(script), timing_(timing), random_(random), layer_(timing.coap, SplitMix64(random_.next())) {}

void LwM2mClient::boot(Timestamp now) {
    power_off();
    backoff_ = Duration{0};
    register_anew(now);
}

void LwM2mClient::power_off() {
    layer_.reset();
    state_ = State::Off;
    observation_.reset();
    digested_at_.reset();
    next_try_.reset();
    waiting_.clear();
    failed_updates_ = 0;
}

void LwM2mClient::register_anew(Timestamp now) {
    state_ = State::Registering;
    observation_.reset();
    next_try_.reset();
    layer_.drop_unconfirmed();  // notifications of an observation that is no more
    layer_.send_request(registration_of(script_, timing_.listens_after_uplink.has_value()), kRegister,
                        timing_.register_retransmit, now);
}

void LwM2mClient::update(Timestamp now) {
    coap::Message request{.code = code::kPost};
    for (const auto& segment : location_) request.add(option::kUriPath, segment);
    layer_.send_request(std::move(request), kUpdate, timing_.coap.max_retransmit, now);
    next_try_.reset();
}

void LwM2mClient::periodic_uplink(Timestamp now) {
    schedule_uplink(now);
    if (layer_.is_busy()) return;  // it speaks anyway
    if (script_.dialect.has(Trait::Rebinds)) new_port_ = true;
    // Every other one stays an update: a platform that has lost the observation would never hear the data.
    if (script_.dialect.has(Trait::BusinessData) && is_observed() && ++uplinks_ % 2 == 1) {
        const auto reading = random_.next();
        send_notification({0x7E, 0x01, static_cast<std::uint8_t>(reading), static_cast<std::uint8_t>(reading >> 8U)},
                          now);
    } else {
        update(now);
    }
}

void LwM2mClient::schedule_uplink(Timestamp now) {
    // Up to a tenth more or less, so that a fleet that registered together does not stay in step.
    const auto interval = timing_.uplink_interval;
    next_try_ = now + random_.between(interval * 9 / 10, interval * 11 / 10);
}

void LwM2mClient::back_off(Timestamp now) {
    backoff_ = std::min(std::max(backoff_ * 2, timing_.backoff_least), timing_.backoff_most);
    next_try_ = now + random_.between(backoff_ / 2, backoff_);
}

void LwM2mClient::notify(Bytes payload, Timestamp now) {
    if (is_observed()) {
        send_notification(std::move(payload), now);
        return;
    }
    if (waiting_.size() == kMaxWaiting) waiting_.erase(waiting_.begin());
    waiting_.push_back(std::move(payload));
}

void LwM2mClient::send_notification(Bytes payload, Timestamp now) {
    coap::Message notification{.code = code::kContent, .token = *observation_};
    if (!script_.dialect.has(Trait::NoObserve)) {
        observe_sequence_ = (observe_sequence_ + 1) & 0xFFFFFFU;  // RFC 7641, 4.4: 24 bits
        notification.add_uint(option::kObserve, observe_sequence_);
    }
    notification.add_uint(option::kContentFormat, format::kOctetStream);
    notification.payload = std::move(payload);
    if (script_.dialect.has(Trait::Non)) {
        layer_.notify_non(std::move(notification), kNotification);
    } else {
        layer_.notify_con(std::move(notification), kNotification, now);
    }
}

void LwM2mClient::on_registered(const coap::Message& response, Timestamp now) {
    if (state_ != State::Registering) return;
    if (response.code != code::kCreated) {
        ++counters_.refusals;
        back_off(now);
        return;
    }
    ++counters_.registrations;
    location_ = response.texts(option::kLocationPath);
    state_ = State::Registered;
    backoff_ = Duration{0};
    failed_updates_ = 0;
    digested_at_ = now + (script_.dialect.has(Trait::SlowDigest) ? timing_.slow_digest : timing_.digest);
    schedule_uplink(now);
}

void LwM2mClient::on_exchange_ended(const ExchangeEnded& ended, Timestamp now) {
    using How = ExchangeEnded::How;
    if (ended.how == How::Answered || ended.how == How::Confirmed) {
        events_.emplace_back(UplinkConfirmed{ended.first_sent});
    }
    if (state_ == State::Off) return;
    if (ended.tag == kRegister) {
        if (ended.how == How::Answered) {
            on_registered(ended.response, now);
        } else if (state_ == State::Registering) {
            back_off(now);
        }
    } else if (ended.tag == kUpdate && state_ == State::Registered) {
        if (ended.how == How::Answered && coap::is_success(ended.response.code)) {
            ++counters_.updates;
            failed_updates_ = 0;
            backoff_ = Duration{0};
            schedule_uplink(now);
        } else if (ended.how == How::Answered && ended.response.code == code::kNotFound) {
            register_anew(now);
        } else if (++failed_updates_ >= 3) {
            register_anew(now);
        } else {
            back_off(now);
        }
    } else if (ended.tag == kNotification && state_ == State::Registered) {
        if (ended.how == How::Reset) {
            ++counters_.resets;
            register_anew(now);
        } else if (ended.how == How::GaveUp) {
            update(now);  // is anybody there, and does it know the device still?
        }
    }
}

void LwM2mClient::on_datagram(ByteView datagram, Timestamp now) {
    if (state_ == State::Off) return;
    for (auto& event : layer_.on_datagram(datagram, now)) {
        if (const auto* ended = std::get_if<ExchangeEnded>(&event)) {
            on_exchange_ended(*ended, now);
        } else {
            on_request(std::get<RequestArrived>(event).request, now);
        }
    }
}

void LwM2mClient::on_request(const coap::Message& request, Timestamp now) {
    if (state_ != State::Registered || now < *digested_at_) {
        ++counters_.ignored;
        return;
    }
    link_became_ready_ = false;
    auto response = serve(request);
    if (script_.dialect.has(Trait::Separate)) {
        layer_.respond_separately(request, std::move(response), now);
    } else {
        layer_.respond(request, std::move(response), now);
    }
    // What waited follows the answer that it waited for.
    if (!link_became_ready_) return;
    for (auto& payload : std::exchange(waiting_, {})) send_notification(std::move(payload), now);
    events_.emplace_back(LinkReady{});
}

coap::Message LwM2mClient::serve(const coap::Message& request) {
    const auto path = request.texts(option::kUriPath);
    const bool writes = request.code == code::kPut || request.code == code::kPost;
    if (path == std::vector<std::string>{"19", "0", "0"} && request.code == code::kGet) return serve_report(request);
    if (path.size() >= 2 && path[0] == "4" && path[1] == "0" && request.code == code::kGet) return serve_radio(path);
    if (path == std::vector<std::string>{"19", "1", "0"} && writes) {
        events_.emplace_back(DownlinkArrived{request.payload});
        return {.code = code::kChanged};
    }
    return {.code = code::kNotFound};
}

coap::Message LwM2mClient::serve_report(const coap::Message& request) {
    coap::Message response{.code = code::kContent};
    const auto observe = request.number_of(option::kObserve);
    if (observe == 0U) {
        ++counters_.observations;
        observation_ = request.token;
        link_became_ready_ = true;
        if (!script_.dialect.has(Trait::NoObserve)) response.add_uint(option::kObserve, observe_sequence_);
    } else if (observe == 1U) {
        observation_.reset();
    }
    response.add_uint(option::kContentFormat, format::kOctetStream);
    return response;
}

coap::Message LwM2mClient::serve_radio(const std::vector<std::string>& path) {
    const auto resource = path.size() == 3 ? resource_number(path[2]) : std::nullopt;
    if (path.size() > 3 || (path.size() == 3 && !resource)) return {.code = code::kNotFound};
    if (!resource || resource == 8) events_.emplace_back(CellAsked{});
    auto content = read_radio_object(script_.radio, script_.dialect, resource);
    if (!content) return {.code = code::kNotFound};
    coap::Message response{.code = code::kContent};
    response.add_uint(option::kContentFormat, content->format);
    response.payload = std::move(content->payload);
    return response;
}

void LwM2mClient::on_timer(Timestamp now) {
    if (state_ == State::Off) return;
    for (const auto& event : layer_.on_timer(now)) {
        if (const auto* ended = std::get_if<ExchangeEnded>(&event)) on_exchange_ended(*ended, now);
    }
    if (!next_try_ || *next_try_ > now) return;
    if (state_ == State::Registering) {
        register_anew(now);
    } else if (failed_updates_ > 0) {
        update(now);
    } else {
        periodic_uplink(now);
    }
}

std::optional<Timestamp> LwM2mClient::deadline() const {
    const auto of_layer = layer_.deadline();
    if (!next_try_) return of_layer;
    return of_layer ? std::min(*of_layer, *next_try_) : *next_try_;
}

}  // namespace cellwise::sim
