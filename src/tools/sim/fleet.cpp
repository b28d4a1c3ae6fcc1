// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/fleet.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <system_error>
#include <unistd.h>

namespace cellwise::sim {
namespace {

// What a device's generators are for; the script's and the client's are in plan.cpp and device_machine.cpp.
constexpr std::uint64_t kUpPurpose = 2;
constexpr std::uint64_t kDownPurpose = 3;

constexpr std::size_t kMaxDatagram = 2'048;

/// 127.16.0.0 and up: away from the addresses that people use, far from the end of 127/8.
std::uint32_t loopback_source(std::uint32_t device) { return 0x7F100000U + device % 0xE00000U; }

}  // namespace

Fleet::Member::Member(Script script, const Timing& timing, const Plan& plan)
    : machine(std::move(script), timing, plan.seed, plan.register_only),
      up(plan.network, SplitMix64::of(plan.seed, machine.script().index, kUpPurpose)),
      down(plan.network, SplitMix64::of(plan.seed, machine.script().index, kDownPurpose)),
      key{machine.script().radio.cell.value_or(0), coverage_class_of(machine.script().radio)} {}

Fleet::Fleet(const Plan& plan, ConcurrencyMeter& meter)
    : plan_(plan), timing_(plan.timing.scaled(plan.time_scale)), meter_(meter) {
    for (auto& script : make_scripts(plan)) {
        members_.emplace_back(std::move(script), timing_, plan_);
        meter_.add_device(members_.back().key);
    }
}

Fleet::~Fleet() {
    if (epoll_ >= 0) close(epoll_);
}

// Sockets. --------------------------------------------------------------------------------------------------------

Status Fleet::open_sockets() {
    auto server = ServerAddress::resolve(plan_.server_host, plan_.server_port);
    if (!server) return server.error();
    server_ = *server;
    if (auto room = make_room_for_sockets(members_.size(), *server_); !room) return room;
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) return internal_error("sim.epoll", std::generic_category().message(errno));
    for (std::uint32_t index = 0; index < members_.size(); ++index) {
        if (auto opened = open_socket(index); !opened) return opened;
    }
    return {};
}

Status Fleet::open_socket(std::uint32_t index) {
    auto& member = members_[index];
    std::optional<std::uint32_t> source;
    if (server_->is_ipv4_loopback()) source = loopback_source(member.machine.script().index);
    auto socket = UdpSocket::open(*server_, source);
    if (!socket) return socket.error();
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.u32 = index;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket->descriptor(), &interest) != 0) {
        return internal_error("sim.epoll", std::generic_category().message(errno));
    }
    // The new one is open before the old one closes: so it surely has another port.
    member.socket = std::move(*socket);
    return {};
}

// The loop. -------------------------------------------------------------------------------------------------------

Status Fleet::open(Timestamp now) {
    if (auto opened = open_sockets(); !opened) return opened;
    started_at_ = now_ = now;
    for (std::uint32_t index = 0; index < members_.size(); ++index) {
        members_[index].starts_at = now_ + switched_on_after(plan_.ramp_up, index, members_.size());
        arm(index);
    }
    return {};
}

std::optional<Timestamp> Fleet::deadline() const { return deadlines_.next(); }

void Fleet::turn(Timestamp now) {
    now_ = now;
    std::array<epoll_event, 512> events;
    const auto count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) receive(events[static_cast<std::size_t>(i)].data.u32);
    while (const auto index = deadlines_.take_due(now_)) fire(*index);
}

void Fleet::receive(std::uint32_t index) {
    auto& member = members_[index];
    std::array<std::uint8_t, kMaxDatagram> buffer;
    while (const auto size = member.socket.receive(buffer)) {
        member.down.offer(Bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*size)), now_);
    }
    deliver_due(member);
    follow_up(index);
}

void Fleet::deliver_due(Member& member) {
    for (const auto& datagram : member.down.take_due(now_)) member.machine.on_datagram(datagram, now_);
}

void Fleet::fire(std::uint32_t index) {
    auto& member = members_[index];
    if (!member.has_started) {
        member.has_started = true;
        member.machine.start(now_);
    } else {
        deliver_due(member);
        const auto due = member.machine.deadline();
        if (due && *due <= now_) member.machine.on_timer(now_);
    }
    follow_up(index);
}

void Fleet::follow_up(std::uint32_t index) {
    auto& member = members_[index];
    auto output = member.machine.take_output();
    // A port that cannot be had now is no end of the world: the device goes on with the one it has.
    if (output.new_port && !open_socket(index)) ++unsendable_;
    for (auto& datagram : output.datagrams) member.up.offer(std::move(datagram), now_);
    if (output.off) member.down.clear();
    for (const auto& datagram : member.up.take_due(now_)) {
        if (!member.socket.send(datagram)) ++unsendable_;
    }
    count(member);
    arm(index);
}

void Fleet::arm(std::uint32_t index) {
    auto& member = members_[index];
    auto due = member.has_started
                   ? earlier(member.machine.deadline(), earlier(member.up.deadline(), member.down.deadline()))
                   : std::optional(member.starts_at);
    // Never at this very instant again: a millisecond later is the next that there is.
    if (due && member.has_started) due = std::max(*due, now_ + Duration{1});
    deadlines_.arm(index, due);
}

// Counting. -------------------------------------------------------------------------------------------------------

void Fleet::count(Member& member) {
    const bool is_upgrading = member.machine.is_upgrading(now_, plan_.count_until);
    if (is_upgrading != member.is_upgrading) {
        is_upgrading ? meter_.enter(member.key) : meter_.leave(member.key);
        member.is_upgrading = is_upgrading;
    }
    const bool is_unanswered = member.machine.is_unanswered();
    if (is_unanswered != member.is_unanswered) {
        is_unanswered ? meter_.enter_unanswered(member.key) : meter_.leave_unanswered(member.key);
        member.is_unanswered = is_unanswered;
    }
    const auto chunks = member.machine.record().chunks;
    if (chunks != member.chunks) {
        chunks_ += chunks - member.chunks;
        member.chunks = chunks;
        if (!first_chunk_at_) first_chunk_at_ = now_;
        last_chunk_at_ = now_;
    }
    const bool is_settled = member.machine.is_settled();
    if (is_settled == member.is_settled) return;
    member.is_settled = is_settled;
    is_settled ? ++settled_ : --settled_;
    member.ended_at = is_settled ? std::optional(now_) : std::nullopt;
}

FleetPart::Progress Fleet::progress() const {
    Progress progress{.devices = members_.size(), .ended = settled_};
    for (const auto& member : members_) {
        progress.linked += member.machine.client().is_observed() ? 1U : 0U;
        progress.upgrading += member.is_upgrading ? 1U : 0U;
        progress.deviating += member.is_settled && !member.machine.ended_as_scripted() ? 1U : 0U;
    }
    return progress;
}

std::string Fleet::take_news(Duration span) {
    const auto chunks = chunks_ - std::exchange(reported_chunks_, chunks_);
    const auto rate = static_cast<double>(chunks) * 1'000.0 / static_cast<double>(span.count());
    return std::to_string(std::llround(rate)) + " chunks/s";
}

DeviceResult Fleet::result_of(const Member& member) const {
    const auto& machine = member.machine;
    DeviceResult result{.script = machine.script(),
                        .coverage = member.key.coverage,
                        .end = machine.end(),
                        .record = machine.record(),
                        .commands = machine.commands()};
    result.registrations = machine.client().counters().registrations;
    result.reboots = machine.reboots();
    if (member.ended_at) result.ended_after = *member.ended_at - started_at_;
    result.deviations = find_deviations(result.script, result.end, result.record, plan_.expect_sha256.value_or(""));
    return result;
}

void Fleet::add_to(FleetReport& report) const {
    for (const auto& member : members_) {
        report.devices.push_back(result_of(member));
        const auto& layer = member.machine.client().layer();
        auto& traffic = report.traffic;
        traffic.sent += member.up.offered();
        traffic.received += member.down.offered();
        traffic.lost += member.up.lost() + member.down.lost();
        traffic.duplicated += member.up.duplicated() + member.down.duplicated();
        traffic.held_back += member.up.held_back() + member.down.held_back();
        traffic.retransmissions += layer.retransmissions();
        traffic.repeats += member.machine.record().repeats;
        traffic.while_deaf += member.machine.unheard();
        if (!member.machine.record().sha256.empty()) report.digests.push_back(member.machine.record().sha256);
    }
    report.traffic.unsendable = unsendable_;
    report.traffic.chunks = chunks_;
    if (first_chunk_at_) report.traffic.chunk_time = last_chunk_at_ - *first_chunk_at_;
}

}  // namespace cellwise::sim
