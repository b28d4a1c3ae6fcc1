// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/fleet.hpp"

#include "tools/sim/timing.hpp"
#include "tools/sim/udp_socket.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <system_error>
#include <unistd.h>

namespace cellwise::sim::mqtt {
namespace {

// What epoll calls the two downloaders; devices are called by their index.
constexpr std::uint64_t kCurl = ~std::uint64_t{0};
constexpr std::uint64_t kBareLf = kCurl - 1;

// libmosquitto opens a pair of sockets beside its connection; a download is one more.
constexpr std::size_t kDescriptorsOfADevice = 4;

ClassKey key_of(const Script& script) {
    const auto coverage = coverage_class_of(script);
    const bool has_cell = coverage != CoverageClass::NoCell;
    return {has_cell ? script.radio.cell.value_or(0) : 0, coverage};
}

}  // namespace

Fleet::Member::Member(Script script, const Timing& timing, const DeviceMachine::Setup& setup)
    : machine(std::move(script), timing, setup), key(key_of(machine.script())) {}

Fleet::Fleet(const Plan& plan, ConcurrencyMeter& meter, Duration time_of_day)
    : plan_(plan),
      timing_(plan.timing.scaled(plan.time_scale)),
      setup_{plan.radio_names, plan.seed, time_of_day, plan.connect_only},
      curl_(plan.downloads),
      bare_lf_(plan.downloads),
      meter_(meter) {
    for (auto& script : make_scripts(plan)) {
        members_.emplace_back(std::move(script), timing_, setup_);
        meter_.add_device(members_.back().key);
    }
}

Fleet::~Fleet() {
    if (epoll_ >= 0) ::close(epoll_);
}

// The loop. -------------------------------------------------------------------------------------------------------

Status Fleet::watch(int descriptor, std::uint64_t name) {
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.u64 = name;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &interest) != 0)
        return internal_error("sim.epoll", std::generic_category().message(errno));
    return {};
}

Status Fleet::open(Timestamp now) {
    std::signal(SIGPIPE, SIG_IGN);  // a server that hangs up is no reason to die
    if (auto room = make_room_for_descriptors(members_.size(), kDescriptorsOfADevice); !room) return room;
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) return internal_error("sim.epoll", std::generic_category().message(errno));
    for (auto* downloader : std::initializer_list<Downloader*>{&curl_, &bare_lf_}) {
        if (auto opened = downloader->open(); !opened) return opened;
    }
    if (auto watched = watch(curl_.descriptor(), kCurl); !watched) return watched;
    if (auto watched = watch(bare_lf_.descriptor(), kBareLf); !watched) return watched;
    started_at_ = now_ = now;
    for (std::uint32_t index = 0; index < members_.size(); ++index) {
        members_[index].starts_at = now_ + switched_on_after(plan_.ramp_up, index, members_.size());
        arm(index);
    }
    return {};
}

std::optional<Timestamp> Fleet::deadline() const {
    return earlier(deadlines_.next(), earlier(curl_.deadline(), bare_lf_.deadline()));
}

void Fleet::turn(Timestamp now) {
    now_ = now;
    std::array<epoll_event, 512> events;
    const auto count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        if (event.data.u64 >= kBareLf) continue;  // the downloaders have their turn anyway
        const auto index = static_cast<std::uint32_t>(event.data.u64);
        auto& member = members_[index];
        if (!member.session || member.is_hushed) continue;
        if ((event.events & ~std::uint32_t{EPOLLOUT}) != 0) member.session->read();
        if ((event.events & EPOLLOUT) != 0) member.session->write();
        follow_up(index);
    }
    for (auto* downloader : std::initializer_list<Downloader*>{&curl_, &bare_lf_}) {
        downloader->turn(now_);
        take_outcomes(*downloader);
    }
    while (const auto index = deadlines_.take_due(now_)) fire(*index);
}

void Fleet::take_outcomes(Downloader& downloader) {
    for (const auto& [index, outcome] : downloader.take_outcomes()) {
        if (outcome.end == FetchOutcome::End::Whole) ++fetched_;
        members_[index].machine.on_fetched(outcome, now_);
        follow_up(index);
    }
}

void Fleet::fire(std::uint32_t index) {
    auto& member = members_[index];
    if (!member.has_started) {
        member.has_started = true;
        member.machine.start(now_);
    } else {
        if (member.pings_at && *member.pings_at <= now_) {
            member.pings_at = now_ + std::chrono::seconds(std::max(1, timing_.keepalive_seconds / 8));
            if (member.session && !member.is_hushed) member.session->keep_alive();
        }
        const auto due = member.machine.deadline();
        if (due && *due <= now_) member.machine.on_timer(now_);
    }
    follow_up(index);
}

void Fleet::arm(std::uint32_t index) {
    auto& member = members_[index];
    auto due =
        member.has_started ? earlier(member.machine.deadline(), member.pings_at) : std::optional(member.starts_at);
    // Never at this very instant again: a millisecond later is the next that there is.
    if (due && member.has_started) due = std::max(*due, now_ + Duration{1});
    deadlines_.arm(index, due);
}

// A device and the world. -----------------------------------------------------------------------------------------

void Fleet::follow_up(std::uint32_t index) {
    auto& member = members_[index];
    while (true) {
        const bool has_heard = take_session_events(member);
        // Before its actions: who is about to say its result has given its slot back when that arrives.
        count(member);
        auto actions = member.machine.take_actions();
        for (auto& action : actions) act(index, action);
        if (!has_heard && actions.empty()) break;
    }
    watch_session(index);
    arm(index);
}

bool Fleet::take_session_events(Member& member) {
    if (!member.session) return false;
    const auto events = member.session->take_events();
    for (const auto& event : events) {
        if (const auto* message = std::get_if<MessageArrived>(&event)) {
            ++arrived_;
            member.machine.on_message(message->topic, message->payload, now_);
        } else if (const auto* confirmed = std::get_if<MessageConfirmed>(&event)) {
            if (member.unconfirmed_results.erase(confirmed->id) > 0) member.machine.on_result_confirmed();
        } else if (std::holds_alternative<SessionAccepted>(event)) {
            if (member.subscribes) member.session->subscribe(events_down_topic(member.machine.script().device));
            member.machine.on_connected(now_);
        } else {
            drop(member, false);
            if (std::holds_alternative<SessionRefused>(event)) {
                member.machine.on_refused(now_);
            } else {
                member.machine.on_closed(now_);
            }
            return true;
        }
    }
    return !events.empty();
}

void Fleet::act(std::uint32_t index, Action& action) {
    auto& member = members_[index];
    if (const auto* how = std::get_if<Connect>(&action)) {
        connect(member, *how);
    } else if (const auto* message = std::get_if<Publish>(&action)) {
        publish(member, *message);
    } else if (const auto* dropped = std::get_if<Drop>(&action)) {
        drop(member, dropped->is_clean);
    } else if (const auto* hush = std::get_if<Hush>(&action)) {
        member.is_hushed = hush->is_on;
    } else if (const auto* what = std::get_if<Fetch>(&action)) {
        fetch(index, *what);
    } else {
        curl_.abandon(index);
        bare_lf_.abandon(index);
    }
}

void Fleet::connect(Member& member, const Connect& how) {
    drop(member, false);
    member.subscribes = how.subscribes;
    auto session = BrokerSession::open(plan_.broker, member.machine.script().device, how, timing_.keepalive_seconds);
    if (!session) {
        member.machine.on_closed(now_);
        return;
    }
    member.session = std::move(*session);
    member.pings_at = now_ + std::chrono::seconds(1);
}

void Fleet::publish(Member& member, const Publish& message) {
    if (!member.session) return;
    ++published_;
    const auto id = member.session->publish(message.topic, message.payload);
    if (id && message.is_result) member.unconfirmed_results.insert(*id);
}

void Fleet::fetch(std::uint32_t index, const Fetch& what) {
    if (what.how == Fetch::How::BareLf) {
        bare_lf_.start(index, what, now_);
    } else {
        curl_.start(index, what, now_);
    }
}

void Fleet::drop(Member& member, bool is_clean) {
    if (member.session && is_clean) member.session->leave();
    member.session.reset();  // with it the descriptor leaves epoll
    member.unconfirmed_results.clear();
    member.is_hushed = false;
    member.watched = 0;
    member.pings_at.reset();
}

void Fleet::watch_session(std::uint32_t index) {
    auto& member = members_[index];
    if (!member.session) return;
    const auto descriptor = member.session->descriptor();
    if (descriptor < 0) return;
    std::uint32_t wanted = member.is_hushed ? 0U : std::uint32_t{EPOLLIN};
    if (wanted != 0 && member.session->wants_write()) wanted |= EPOLLOUT;
    if (wanted == member.watched) return;
    epoll_event interest{};
    interest.events = wanted;
    interest.data.u64 = index;
    // Taken out, not watched for nothing: epoll would tell of a hang-up without end.
    const int how = wanted == 0 ? EPOLL_CTL_DEL : member.watched == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    ::epoll_ctl(epoll_, how, descriptor, &interest);
    member.watched = wanted;
}

// Counting. -------------------------------------------------------------------------------------------------------

void Fleet::count(Member& member) {
    const bool is_upgrading = member.machine.is_upgrading();
    if (std::exchange(member.is_upgrading, is_upgrading) != is_upgrading) {
        is_upgrading ? meter_.enter(member.key) : meter_.leave(member.key);
        is_upgrading ? meter_.enter_unanswered(member.key) : meter_.leave_unanswered(member.key);
    }
    const bool is_settled = member.machine.is_settled();
    if (std::exchange(member.is_settled, is_settled) == is_settled) return;
    is_settled ? ++settled_ : --settled_;
    member.ended_at = is_settled ? std::optional(now_) : std::nullopt;
}

FleetPart::Progress Fleet::progress() const {
    Progress progress{.devices = members_.size(), .ended = settled_};
    for (const auto& member : members_) {
        progress.linked += member.machine.is_connected() ? 1U : 0U;
        progress.upgrading += member.is_upgrading ? 1U : 0U;
        progress.deviating +=
            member.is_settled && member.machine.end() != member.machine.script().expected_end ? 1U : 0U;
    }
    return progress;
}

std::string Fleet::take_news(Duration span) {
    const auto files = fetched_ - std::exchange(reported_fetched_, fetched_);
    const auto rate = static_cast<double>(files) * 1'000.0 / static_cast<double>(span.count());
    return std::to_string(std::llround(rate)) + " files/s";
}

void Fleet::add_to(FleetReport& report) const {
    auto& traffic = report.mqtt_traffic;
    traffic.published = published_;
    traffic.arrived = arrived_;
    for (const auto& member : members_) {
        const auto& machine = member.machine;
        const auto& record = machine.record();
        DeviceResult result{.script = machine.script(),
                            .coverage = member.key.coverage,
                            .end = machine.end(),
                            .record = record,
                            .link = machine.counters()};
        if (member.ended_at) result.ended_after = *member.ended_at - started_at_;
        result.deviations = find_deviations(result.script, result.end, record, plan_.expect_sha256);
        report.mqtt_devices.push_back(std::move(result));
        traffic.connections += machine.counters().connections;
        traffic.refusals += machine.counters().refusals;
        traffic.losses += machine.counters().losses;
        traffic.downloads += record.downloads;
        traffic.broken_downloads += record.broken_downloads;
        traffic.requests += record.requests;
        traffic.bytes += record.bytes;
        if (!record.sha256.empty()) report.digests.push_back(record.sha256);
    }
}

}  // namespace cellwise::sim::mqtt
