// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/device_machine.hpp"

#include "tools/sim/mqtt/login.hpp"

#include <algorithm>

namespace cellwise::sim::mqtt {
namespace {

constexpr std::uint64_t kLinkPurpose = 11;
constexpr std::size_t kMostResults = 8;

std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
    if (!a) return b;
    return b ? std::min(*a, *b) : a;
}

}  // namespace

DeviceMachine::DeviceMachine(Script script, const Timing& timing, const Setup& setup)
    : script_(std::move(script)),
      timing_(timing),
      setup_(setup),
      random_(SplitMix64::of(setup.seed, script_.index, kLinkPurpose)),
      agent_(script_, timing_) {}

// Power and link. -------------------------------------------------------------------------------------------------

void DeviceMachine::boot(Timestamp now) {
    now_ = now;
    boots_at_.reset();
    power_ = Power::On;
    is_hushed_ = false;
    backoff_ = Duration{0};
    agent_.on_boot(now);
    settle(now);
    if (power_ == Power::On) connect();
}

void DeviceMachine::connect() {
    connects_at_.reset();
    link_ = Link::Connecting;
    // After a reboot the hour may be another: then the same device comes under another client id.
    const auto hours = std::chrono::hours(counters_.reboots % 2);
    const auto stamp = script_.dialect.has(Trait::OldStamp) ? "201901010" + std::to_string(counters_.reboots % 10)
                                                            : hour_stamp(time_of_day(now_) + hours);
    actions_.emplace_back(Connect{client_id(script_.device, script_.stamp_is_checked, stamp),
                                  password(script_.secret, stamp), script_.dialect.has(Trait::Subscribes)});
}

void DeviceMachine::back_off(Timestamp now) {
    lose_link();
    reports_at_.reset();
    backoff_ = std::min(std::max(backoff_ * 2, timing_.backoff_least), timing_.backoff_most);
    connects_at_ = now + random_.between(backoff_ / 2, backoff_);
}

void DeviceMachine::on_connected(Timestamp now) {
    now_ = now;
    if (link_ != Link::Connecting) return;
    link_ = Link::Up;
    ++counters_.connections;
    has_connected_ = true;
    backoff_ = Duration{0};
    for (const auto& result : results_) publish_result(result);  // before all else, as the first packet
    report_data(now);
    if (script_.dialect.has(Trait::Unsolicited) && script_.fault.kind != FaultKind::MuteQuery) {
        publish(events_up_topic(script_.device), version_report(script_, record().version, time_of_day(now)));
        agent_.on_version_volunteered();
    }
}

void DeviceMachine::on_refused(Timestamp now) {
    now_ = now;
    ++counters_.refusals;
    back_off(now);
}

void DeviceMachine::on_closed(Timestamp now) {
    now_ = now;
    if (power_ != Power::On || link_ == Link::Down) return;
    if (link_ == Link::Up) ++counters_.losses;
    back_off(now);
}

void DeviceMachine::power_off(const PowerOff& off, Timestamp now) {
    actions_.emplace_back(Abandon{});
    actions_.emplace_back(Drop{});
    lose_link();
    connects_at_.reset();
    reports_at_.reset();
    power_ = off.back_after ? Power::Off : Power::Dead;
    if (!off.back_after) return;
    ++counters_.reboots;
    boots_at_ = now + *off.back_after;
}

// What is said. ---------------------------------------------------------------------------------------------------

void DeviceMachine::publish(std::string topic, std::string payload) {
    actions_.emplace_back(Publish{std::move(topic), std::move(payload)});
}

void DeviceMachine::publish_result(const std::string& payload) {
    actions_.emplace_back(Publish{events_up_topic(script_.device), payload, true});
    if (script_.dialect.has(Trait::SaysTwice)) publish(events_up_topic(script_.device), payload);
}

void DeviceMachine::report_data(Timestamp now) {
    publish(properties_topic(script_.device),
            property_report(script_, setup_.radio_names, random_.between(0, 99'999)));
    const auto interval = timing_.uplink_interval;
    reports_at_ = now + random_.between(interval * 9 / 10, interval * 11 / 10);
}

void DeviceMachine::say(const Say& said, Timestamp now) {
    auto payload = progress_report(script_, said.progress, time_of_day(now));
    if (said.is_result) {
        if (results_.size() == kMostResults) results_.pop_front();
        results_.push_back(payload);
    }
    if (link_ != Link::Up || is_hushed_) return;
    if (said.is_result) {
        publish_result(payload);
    } else {
        publish(events_up_topic(script_.device), std::move(payload));
    }
}

void DeviceMachine::on_result_confirmed() {
    if (!results_.empty()) results_.pop_front();
}

void DeviceMachine::do_wish(Wish& wish, Timestamp now) {
    if (const auto* said = std::get_if<Say>(&wish)) {
        say(*said, now);
    } else if (std::holds_alternative<SayVersion>(wish)) {
        if (link_ == Link::Up)
            publish(events_up_topic(script_.device), version_report(script_, record().version, time_of_day(now)));
    } else if (auto* fetch = std::get_if<Fetch>(&wish)) {
        actions_.emplace_back(std::move(*fetch));
    } else if (std::holds_alternative<Abandon>(wish)) {
        actions_.emplace_back(Abandon{});
    } else if (const auto* hush = std::get_if<Hush>(&wish)) {
        is_hushed_ = hush->is_on;
        if (link_ == Link::Up) actions_.emplace_back(*hush);
    } else if (const auto* off = std::get_if<PowerOff>(&wish)) {
        power_off(*off, now);
    } else if (power_ == Power::On && link_ == Link::Up) {  // Reconnect
        actions_.emplace_back(Drop{true});
        lose_link();
        reports_at_.reset();
        connects_at_ = now + timing_.backoff_least;
    }
}

void DeviceMachine::settle(Timestamp now) {
    for (auto& wish : agent_.take_wishes()) do_wish(wish, now);
}

// What happens. ---------------------------------------------------------------------------------------------------

void DeviceMachine::on_message(std::string_view topic, std::string_view payload, Timestamp now) {
    now_ = now;
    if (power_ != Power::On) return;
    const auto events = topic == events_down_topic(script_.device) ? read_down(payload) : std::nullopt;
    if (!events) agent_.on_stray();
    for (const auto& event : events.value_or(std::vector<DownEvent>{})) {
        agent_.on_event(event, now);
        settle(now);
        if (power_ != Power::On) return;
    }
}

void DeviceMachine::on_fetched(const FetchOutcome& outcome, Timestamp now) {
    now_ = now;
    if (power_ != Power::On) return;
    agent_.on_fetched(outcome, now);
    settle(now);
}

void DeviceMachine::on_timer(Timestamp now) {
    now_ = now;
    if (power_ == Power::Dead) return;
    if (power_ == Power::Off) {
        if (boots_at_ && *boots_at_ <= now) boot(now);
        return;
    }
    agent_.on_timer(now);
    settle(now);
    if (power_ != Power::On) return;
    if (connects_at_ && *connects_at_ <= now) connect();
    if (reports_at_ && *reports_at_ <= now) {
        if (is_hushed_ || link_ != Link::Up) {
            reports_at_.reset();
            if (link_ == Link::Up) reports_at_ = now + timing_.uplink_interval;
        } else {
            report_data(now);
        }
    }
}

std::optional<Timestamp> DeviceMachine::deadline() const {
    if (power_ == Power::Dead) return std::nullopt;
    if (power_ == Power::Off) return boots_at_;
    return earlier(agent_.deadline(), earlier(connects_at_, reports_at_));
}

End DeviceMachine::end() const {
    if (setup_.connect_only && record().end == End::None && has_connected_) return End::Registered;
    return record().end;
}

bool DeviceMachine::is_settled() const {
    if (setup_.connect_only) return end() != End::None;
    return agent_.is_settled() && (results_.empty() || power_ == Power::Dead);
}

}  // namespace cellwise::sim::mqtt
