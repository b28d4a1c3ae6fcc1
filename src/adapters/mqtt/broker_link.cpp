// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/broker_link.hpp"

#include "adapters/mqtt/event_codec.hpp"
#include "adapters/mqtt/property_codec.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/log.hpp"
#include "cellwise/domain/mqtt_topic.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace cellwise::mqtt {
namespace {

namespace dm = domain::mqtt;
using ports::DeliveryOutcome;

void tell(SendWindow::Settled settled) {
    for (const auto& [outcome, what] : settled) {
        if (outcome) outcome(what);
    }
}

constexpr std::size_t kNamesInAPiece = 500;
constexpr std::array kFromDevices{dm::kEventsUp, dm::kPropertiesReport, dm::kMessagesUp};

/// Only EMQX has the last two.
std::vector<std::string> what_we_hear() {
    constexpr std::string_view kAnyDevice = "$oc/devices/+/";
    std::vector<std::string> filters;
    for (const auto rest : kFromDevices) {
        filters.push_back(std::string(kAnyDevice).append(rest));
    }
    filters.emplace_back(kEmqxConnected);
    filters.emplace_back(kEmqxDisconnected);
    return filters;
}

ports::Counter& presence_counter(ports::Metrics& metrics, std::string_view told) {
    return metrics.counter("cellwise_mqtt_presence_total", "Sessions of devices that the broker told of",
                           {{"told", told}});
}

template <class Work>
void for_each_line(std::string_view text, const Work& work) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        work(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

BrokerLink::BrokerLink(const Needs& needs, const Options& options)
    : needs_(needs),
      options_(options),
      window_(options.window),
      up_(needs.metrics.gauge("cellwise_mqtt_link_up", "1 while the link to the MQTT broker is up")),
      heard_(needs.metrics.counter("cellwise_mqtt_messages_total", "Messages of devices that came by MQTT")),
      malformed_(needs.metrics.counter("cellwise_mqtt_malformed_total", "Those of them that could not be read")),
      confirmed_(needs.metrics.counter("cellwise_mqtt_published_total", "Messages to devices that the broker took",
                                       {{"result", "confirmed"}})),
      unconfirmed_(needs.metrics.counter("cellwise_mqtt_published_total", "Messages to devices that the broker took",
                                         {{"result", "unconfirmed"}})),
      online_(presence_counter(needs.metrics, "online")),
      listed_(presence_counter(needs.metrics, "listed")),
      offline_(presence_counter(needs.metrics, "offline")) {
    needs_.connection.listen(*this);
}

void BrokerLink::start() {
    if (phase_ != Phase::Stopped) return;
    pause_ = options_.first_pause;
    set_state(false, "not connected yet");
    connect();
}

void BrokerLink::connect() {
    phase_ = Phase::Connecting;
    due_ = needs_.steady.now() + options_.patience;
    needs_.connection.connect();
}

void BrokerLink::stop() {
    if (phase_ == Phase::Stopped) return;
    lose("stopped");
    phase_ = Phase::Stopped;
}

void BrokerLink::tick() {
    const auto now = needs_.steady.now();
    auto expired = window_.expire(now);
    unconfirmed_.add(static_cast<double>(expired.settled.size()));
    tell(std::move(expired.settled));
    if (expired.in_flight && phase_ == Phase::Up) lose("the broker confirms nothing any more");
    if (phase_ == Phase::Pausing && due_ <= now) return connect();
    if ((phase_ == Phase::Connecting || phase_ == Phase::Subscribing) && due_ <= now) {
        lose("the broker does not answer");
    }
    if (phase_ == Phase::Up) end_sessions();
    pump();
}

void BrokerLink::lose(const std::string& reason) {
    const bool was_up = phase_ == Phase::Up;
    needs_.connection.close();
    phase_ = Phase::Pausing;
    due_ = needs_.steady.now() + pause_;
    pause_ = std::min(2 * pause_, options_.longest_pause);
    early_.clear();
    emqx_.clear();
    set_state(false, reason);
    if (!std::exchange(said_down_, true)) log::warning("no link to the MQTT broker", {{"reason", reason}});
    if (was_up) needs_.events.on_link(false);
    auto lost = window_.drain();
    unconfirmed_.add(static_cast<double>(lost.size()));
    tell(std::move(lost));
}

void BrokerLink::on_connected() {
    if (phase_ != Phase::Connecting) return;
    phase_ = Phase::Subscribing;
    due_ = needs_.steady.now() + options_.patience;
    needs_.connection.subscribe(what_we_hear(), kFromDevices.size());
}

void BrokerLink::on_disconnected(const std::string& reason) {
    if (phase_ == Phase::Stopped || phase_ == Phase::Pausing) return;
    lose(reason);
}

void BrokerLink::on_subscribed(bool granted) {
    if (phase_ != Phase::Subscribing) return;
    if (!granted) return lose("the broker refuses the subscriptions");
    phase_ = Phase::Up;
    pause_ = options_.first_pause;
    said_down_ = false;
    set_state(true, {});
    log::info("link to the MQTT broker is up");
    needs_.events.on_link(true);
    end_sessions();  // before it is asked who is there
    ask_presence();
    for (const auto& [topic, payload] : std::exchange(early_, {})) take_in(topic, payload);
}

void BrokerLink::ask_presence() {
    Outcome nobody;
    window_.push(std::string(dm::kPresenceAsk), "?", nobody, needs_.steady.now());
}

void BrokerLink::end_session(std::string_view device) {
    if (!dm::is_device_name(device)) return;
    if (ending_.size() >= options_.ending) {
        log::warning("a session at the broker is left to end by itself", {{"name", device}});
        return;
    }
    ending_.emplace(device);
    if (phase_ != Phase::Up) return;
    end_sessions();
    needs_.loop.post([this] { pump(); });
}

/// All whom the broker was not told of yet, in pieces. One that is not confirmed is tried again.
void BrokerLink::end_sessions() {
    while (!ending_.empty()) {
        std::string names;
        std::vector<std::string> piece;
        while (!ending_.empty() && piece.size() < kNamesInAPiece) {
            piece.push_back(std::move(ending_.extract(ending_.begin()).value()));
            names.append(piece.back()).append("\n");
        }
        Outcome again = [this, piece](DeliveryOutcome outcome) {
            if (outcome != DeliveryOutcome::Delivered) ending_.insert(piece.begin(), piece.end());
        };
        if (window_.push(std::string(dm::kSessionsEnd), std::move(names), again, needs_.steady.now())) continue;
        ending_.insert(piece.begin(), piece.end());
        return;
    }
}

void BrokerLink::on_published(std::uint64_t number, bool confirmed) {
    auto settled = window_.settle(number, confirmed ? DeliveryOutcome::Delivered : DeliveryOutcome::GaveUp);
    (confirmed ? confirmed_ : unconfirmed_).add(static_cast<double>(settled.size()));
    tell(std::move(settled));
}

void BrokerLink::on_batch_end() { pump(); }

void BrokerLink::pump() {
    if (phase_ != Phase::Up) return;
    for (auto& message : window_.take()) {
        needs_.connection.publish(message.number, std::move(message.topic), std::move(message.payload));
    }
}

void BrokerLink::on_message(const std::string& topic, const std::string& payload) {
    if (phase_ == Phase::Up) return take_in(topic, payload);
    // A session that goes on brings what it kept before we can know that it does.
    if (early_.size() < options_.early_messages) early_.emplace_back(topic, payload);
}

void BrokerLink::take_in(const std::string& topic, const std::string& payload) {
    if (const auto parsed = dm::parse_device_topic(topic)) return take_device(parsed->device, parsed->rest, payload);
    if (take_presence(topic, payload)) return;
    if (const auto event = read_emqx_message(topic, payload)) on_emqx(*event);
}

void BrokerLink::on_emqx(const EmqxEvent& event) {
    const auto presence = emqx_.take(event);
    if (!presence) return;
    (presence->online ? online_ : offline_).add();
    if (presence->online) return needs_.events.on_online(presence->device, true);
    needs_.events.on_offline(presence->device);
}

bool BrokerLink::take_presence(std::string_view topic, std::string_view payload) {
    const bool online = topic == dm::kPresenceOnline;
    const bool listed = topic == dm::kPresenceListed;
    if (!online && !listed && topic != dm::kPresenceOffline) return false;
    for_each_line(payload, [&](std::string_view device) {
        if (!dm::is_device_name(device)) return malformed_.add();
        (online ? online_ : listed ? listed_ : offline_).add();
        if (online || listed) return needs_.events.on_online(device, online);
        needs_.events.on_offline(device);
    });
    return true;
}

void BrokerLink::take_device(std::string_view device, std::string_view rest, std::string_view payload) {
    heard_.add();
    needs_.events.on_heard(device);
    if (rest == dm::kEventsUp) return take_events(device, payload);
    if (rest == dm::kPropertiesReport) {
        const auto report = decode_properties(payload);
        if (!report) malformed_.add();
        if (report && !report->empty()) needs_.events.on_properties(device, *report);
    }
    if (rest != dm::kPropertiesReport && rest != dm::kMessagesUp) return;
    if (payload.size() <= kLongestProperties) needs_.events.on_uplink(device, as_bytes(payload));
}

void BrokerLink::take_events(std::string_view device, std::string_view payload) {
    const auto events = decode_events(payload);
    if (!events) return malformed_.add();
    for (const auto& event : *events) {
        if (const auto* version = std::get_if<dm::VersionReport>(&event)) {
            needs_.events.on_version(device, *version);
        } else if (const auto* progress = std::get_if<dm::ProgressReport>(&event)) {
            needs_.events.on_progress(device, *progress);
        } else if (const auto* request = std::get_if<TimeRequest>(&event)) {
            const auto now = needs_.clock.now();
            send(device, encode_time(device, *request, now, now), {});
        }
    }
}

void BrokerLink::query_version(std::string_view device, Outcome outcome) {
    send(device, encode_version_query(device, needs_.clock.now()), std::move(outcome));
}

void BrokerLink::send_upgrade(std::string_view device, const dm::UpgradeNotice& notice, Outcome outcome) {
    send(device, encode_upgrade(device, notice, needs_.clock.now()), std::move(outcome));
}

/// What is asked for within one turn of the loop leaves as one batch at its end: pump() is posted once for all.
void BrokerLink::send(std::string_view device, std::string payload, Outcome outcome) {
    const auto topic = dm::device_topic(device, dm::kEventsDown);
    const bool idle = window_.waiting() == 0;
    if (topic && phase_ == Phase::Up && window_.push(*topic, std::move(payload), outcome, needs_.steady.now())) {
        if (idle) needs_.loop.post([this] { pump(); });
        return;
    }
    if (!outcome) return;
    const auto what = topic ? DeliveryOutcome::Asleep : DeliveryOutcome::Refused;
    needs_.loop.post([outcome = std::move(outcome), what] { outcome(what); });
}

void BrokerLink::set_state(bool up, std::string detail) {
    up_.set(up ? 1 : 0);
    const std::lock_guard lock(mutex_);
    state_ = {up, std::move(detail)};
}

BrokerLink::State BrokerLink::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

}  // namespace cellwise::mqtt
