// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/device_machine.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cellwise::sim {
namespace {

// What a device's generators are for; the network's are in fleet.cpp.
constexpr std::uint64_t kClientPurpose = 1;

}  // namespace

DeviceMachine::DeviceMachine(Script script, const Timing& timing, std::uint64_t seed, bool register_only)
    : script_(std::move(script)),
      timing_(timing),
      register_only_(register_only),
      client_(script_, timing_, SplitMix64::of(seed, script_.index, kClientPurpose)),
      agent_(script_, timing_) {}

void DeviceMachine::start(Timestamp now) { boot(now); }

void DeviceMachine::boot(Timestamp now) {
    boots_at_.reset();
    power_ = Power::On;
    output_.new_port = true;
    agent_.on_boot();
    client_.boot(now);
    settle(now);
}

void DeviceMachine::on_datagram(ByteView datagram, Timestamp now) {
    if (!listens(now)) {
        ++unheard_;
        return;
    }
    client_.on_datagram(datagram, now);
    settle(now);
}

void DeviceMachine::on_timer(Timestamp now) {
    if (power_ == Power::Dead) return;
    const auto idle = idle_at();
    if (idle && *idle <= now) may_have_lost_slot_ = true;
    if (power_ == Power::Off) {
        if (boots_at_ && *boots_at_ <= now) boot(now);
        return;
    }
    client_.on_timer(now);
    settle(now);
    agent_.on_timer(now, client_.is_busy());
    settle(now);
}

void DeviceMachine::on_client_event(const ClientEvent& event, Timestamp now) {
    const auto* downlink = std::get_if<DownlinkArrived>(&event);
    if (downlink != nullptr && CommandInbox::is_command(downlink->payload)) {
        if (auto answer = commands_.take(downlink->payload, record().in_upgrade))
            client_.notify(std::move(*answer), now);
    } else if (downlink != nullptr) {
        agent_.on_downlink(downlink->payload, now);
        if (agent_.take_proof_of_slot()) {
            heard_at_ = now;
            may_have_lost_slot_ = false;
        }
    } else if (std::holds_alternative<LinkReady>(event)) {
        agent_.on_link_ready(now);
    } else if (std::holds_alternative<CellAsked>(event)) {
        agent_.on_cell_asked();
    } else if (const auto* confirmed = std::get_if<UplinkConfirmed>(&event)) {
        heard_at_ = std::max(heard_at_.value_or(Timestamp{}), confirmed->first_sent);
    }
}

void DeviceMachine::settle(Timestamp now) {
    while (true) {
        const auto events = client_.take_events();
        for (const auto& event : events) on_client_event(event, now);
        auto uplinks = agent_.take_uplinks();
        for (auto& uplink : uplinks) client_.notify(std::move(uplink), now);
        if (events.empty() && uplinks.empty()) break;
    }
    has_registered_ = has_registered_ || client_.is_observed();
    output_.new_port = client_.take_new_port() || output_.new_port;
    auto datagrams = client_.take_outbox();
    if (!datagrams.empty() && timing_.listens_after_uplink) awake_until_ = now + *timing_.listens_after_uplink;
    std::move(datagrams.begin(), datagrams.end(), std::back_inserter(output_.datagrams));
    const auto off = agent_.take_power_off();
    if (!off) return;
    client_.power_off();
    output_.off = true;
    power_ = off->back_after ? Power::Off : Power::Dead;
    if (!off->back_after) return;
    ++reboots_;
    boots_at_ = now + *off->back_after;
}

DeviceOutput DeviceMachine::take_output() { return std::exchange(output_, {}); }

std::optional<Timestamp> DeviceMachine::idle_at() const {
    const auto& record = agent_.record();
    if (!record.in_upgrade || record.is_installing || may_have_lost_slot_ || !heard_at_) return std::nullopt;
    return *heard_at_ + timing_.idle_limit;
}

std::optional<Timestamp> DeviceMachine::deadline() const {
    if (power_ == Power::Dead) return std::nullopt;
    if (power_ == Power::Off) return earlier(boots_at_, idle_at());
    return earlier(earlier(client_.deadline(), agent_.deadline()), idle_at());
}

bool DeviceMachine::listens(Timestamp now) const {
    if (power_ != Power::On) return false;
    return !timing_.listens_after_uplink || client_.is_busy() || now < awake_until_;
}

bool DeviceMachine::is_upgrading(Timestamp now, CountUntil until) const {
    const auto& record = agent_.record();
    if (!record.in_upgrade || may_have_lost_slot_) return false;
    if (until == CountUntil::Download && record.downloaded) return false;
    const auto idle = idle_at();
    return !idle || now < *idle;
}

End DeviceMachine::end() const {
    if (register_only_ && agent_.record().end == End::None && has_registered_) return End::Registered;
    return agent_.record().end;
}

bool DeviceMachine::is_settled() const { return register_only_ ? end() != End::None : agent_.is_settled(); }

}  // namespace cellwise::sim
