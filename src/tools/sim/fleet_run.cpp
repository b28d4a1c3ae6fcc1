// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/fleet_run.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <poll.h>
#include <set>

namespace cellwise::sim {
namespace {

constexpr Duration kLongestWait{100};  // how soon a signal or the end of all is noticed

}  // namespace

FleetRun::FleetRun(std::vector<FleetPart*> parts, const ConcurrencyMeter& meter, const RunOptions& options,
                   const ports::Clock& clock, std::ostream* progress)
    : parts_(std::move(parts)), meter_(meter), options_(options), clock_(clock), progress_(progress) {}

Status FleetRun::run(const std::atomic<bool>& stop) {
    started_at_ = now_ = clock_.now();
    for (auto* part : parts_) {
        if (auto opened = part->open(now_); !opened) return opened;
    }
    next_report_ = now_ + options_.report_interval;
    while (!is_over(stop)) {
        wait();
        for (auto* part : parts_) {
            now_ = clock_.now();
            part->turn(now_);
        }
        report_progress();
    }
    return {};
}

bool FleetRun::is_over(const std::atomic<bool>& stop) {
    const auto is_done = [](const FleetPart* part) { return part->is_done(); };
    if (stop.load(std::memory_order_relaxed)) {
        stop_reason_ = StopReason::Signal;
    } else if (options_.until_done && std::all_of(parts_.begin(), parts_.end(), is_done)) {
        stop_reason_ = StopReason::AllDone;
    } else if (options_.timeout && now_ - started_at_ >= *options_.timeout) {
        stop_reason_ = StopReason::Timeout;
    } else {
        return false;
    }
    return true;
}

void FleetRun::wait() const {
    auto wait = kLongestWait;
    std::vector<pollfd> watched;
    for (const auto* part : parts_) {
        watched.push_back({.fd = part->descriptor(), .events = POLLIN, .revents = 0});
        if (const auto due = part->deadline()) wait = std::clamp(*due - now_, Duration{0}, wait);
    }
    ::poll(watched.data(), watched.size(), static_cast<int>(wait.count()));
}

void FleetRun::report_progress() {
    if (progress_ == nullptr || options_.report_interval <= Duration{0} || now_ < next_report_) return;
    next_report_ = now_ + options_.report_interval;
    FleetPart::Progress sum;
    std::string news;
    for (auto* part : parts_) {
        const auto progress = part->progress();
        sum.devices += progress.devices;
        sum.linked += progress.linked;
        sum.upgrading += progress.upgrading;
        sum.ended += progress.ended;
        sum.deviating += progress.deviating;
        news += "   " + part->take_news(options_.report_interval);
    }
    std::array<char, 200> line{};
    std::snprintf(line.data(), line.size(), "%7.1f s   linked %zu of %zu   upgrading %zu   ended %zu   deviating %zu",
                  static_cast<double>((now_ - started_at_).count()) / 1'000.0, sum.linked, sum.devices, sum.upgrading,
                  sum.ended, sum.deviating);
    *progress_ << line.data() << news << std::endl;
}

FleetReport FleetRun::report() const {
    FleetReport report{.seed = options_.seed, .duration = now_ - started_at_, .stop = stop_reason_};
    for (const auto* part : parts_) part->add_to(report);
    std::set<std::string> digests(report.digests.begin(), report.digests.end());
    report.digests.assign(digests.begin(), digests.end());
    for (const auto& [key, count] : meter_.counts())
        report.classes.push_back({key, count, options_.limits.of(key.coverage)});
    return report;
}

}  // namespace cellwise::sim
