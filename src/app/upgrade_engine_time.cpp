// SPDX-License-Identifier: Apache-2.0
// What an UpgradeEngine does because time passes, a slot is free or it begins: deadlines, leases, write-behind,
// recovery.
#include "app/upgrade_engine.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::app {
namespace {

using domain::Job;
using domain::JobState;

/// A slot outlives its job's deadline by this: the deadline decides, the lease is for slots that nobody remembers.
constexpr Duration kLeaseMargin = std::chrono::minutes{1};
constexpr std::uint32_t kDeadlinesPerTick = 500;
constexpr std::uint32_t kJobsPerRead = 500;
constexpr std::size_t kLinesPerTick = 1'000;
constexpr Duration kProgressInterval = std::chrono::seconds{15};
constexpr std::size_t kProgressPerTick = 500;

}  // namespace

void UpgradeEngine::arm_timer(const Live& live) {
    const auto due = live->job.idle_deadline;
    if (!due || live->detached) return;
    // A later deadline leaves the timer where it is: it looks again when it fires.
    if (live->timer && *live->timer <= *due) return;
    if (live->timer) timers_.erase({*live->timer, live->job.device});
    live->timer = due;
    timers_.emplace(*due, live->job.device);
}

void UpgradeEngine::fire_timers(Timestamp now) {
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const auto device = timers_.begin()->second;
        timers_.erase(timers_.begin());
        const auto found = live_.find(device);
        if (found == live_.end()) continue;
        const auto live = found->second;
        live->timer.reset();
        if (live->job.idle_deadline && *live->job.idle_deadline <= now) {
            live->job.idle_deadline.reset();
            dispatch(live, domain::IdlePassed{});
            let_sleep(live);
        } else {
            arm_timer(live);
        }
    }
}

void UpgradeEngine::fire_deadlines(Timestamp now) {
    std::vector<Job> overdue;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        auto jobs = tx.jobs().overdue(now, kDeadlinesPerTick);
        if (!jobs) return jobs.error();
        overdue = std::move(*jobs);
        return Status{};
    });
    if (!read) return log::error("overdue jobs cannot be read", {{"reason", read.error().message}});
    for (const auto& stored : overdue) {
        const auto found = live_.find(stored.device);
        const bool is_live = found != live_.end() && found->second->job.id == stored.id;
        // In memory the deadline may already be another, its commit still under way.
        if (is_live && (!found->second->job.deadline || *found->second->job.deadline > now)) continue;
        tell(stored, domain::DeadlinePassed{});
    }
}

void UpgradeEngine::fire_leases(Timestamp now) {
    for (const auto& [holder, key] : slots_.expire(now)) {
        log::error("a slot was not given back in time", {{"job", holder.job}, {"cell", key.cell.text}});
        const auto found = live_.find(holder.device);
        if (found != live_.end() && found->second->job.id == holder.job) {
            const auto live = found->second;
            dispatch(live, domain::SlotLost{});
        }
        slots_.offer(key, first_lease(), now);
    }
}

/// Chunks come too often for a commit each: what they moved is written some seconds later, with that of others.
void UpgradeEngine::note_progress(const Live& live, Timestamp now) {
    if (live->in_unsaved || live->job.chunks_served == live->chunks_saved) return;
    live->in_unsaved = true;
    unsaved_.push_back({.due = now + kProgressInterval, .live = live});
}

void UpgradeEngine::save_progress(Timestamp now) {
    std::vector<Job> jobs;
    while (!unsaved_.empty() && unsaved_.front().due <= now && jobs.size() < kProgressPerTick) {
        const auto live = std::move(unsaved_.front().live);
        unsaved_.pop_front();
        live->in_unsaved = false;
        if (live->job.chunks_served == live->chunks_saved || !is_current(*live)) continue;
        live->chunks_saved = live->job.chunks_served;
        if (live->uncommitted == 0) hooks_.job_changed(live->job);
        jobs.push_back(live->job);
    }
    if (jobs.empty()) return;
    auto work = [jobs = std::move(jobs)](ports::Transaction& tx) -> Status {
        for (const auto& job : jobs) {
            if (auto saved = tx.jobs().save(job); !saved) return saved;
        }
        return Status{};
    };
    database_.write(std::move(work), [](const Status& status) {
        if (!status) log::error("progress cannot be saved", {{"reason", status.error().message}});
    });
}

void UpgradeEngine::tick() {
    const auto now = clock_.now();
    fire_timers(now);
    fire_deadlines(now);
    fire_leases(now);
    slots_.offer_more(kLinesPerTick, first_lease(), now);
    save_progress(now);
    uplinks_.flush();
    numbers_.slots_in_use.set(static_cast<double>(slots_.limiter().leases()));
    numbers_.slots_waiting.set(static_cast<double>(slots_.limiter().waiting()));
    numbers_.jobs_live.set(static_cast<double>(live_.size()));
}

// Slots. ---------------------------------------------------------------------------------------------------------

Timestamp UpgradeEngine::lease_end(const Job& job) const {
    return job.deadline.value_or(clock_.now() + options_.limits.download) + kLeaseMargin;
}

/// The download's limit is not known before the step: the step's commit renews the lease by it.
Duration UpgradeEngine::first_lease() const { return options_.limits.download + kLeaseMargin; }

/// Who listens now, and whose task lets it: one of a paused task keeps its place, as a sleeper does. Who had a slot
/// and resumes has begun.
bool UpgradeEngine::may_begin(const DeviceId& device) const {
    if (!is_awake(device)) return false;
    const auto found = live_.find(device);
    return found == live_.end() || found->second->job.state != JobState::Queued || !found->second->plan->plan.paused;
}

bool UpgradeEngine::on_slot_granted(const SlotDesk::Holder& holder) {
    const auto found = live_.find(holder.device);
    if (found == live_.end() || found->second->job.id != holder.job) return false;
    const auto live = found->second;
    dispatch(live, domain::SlotGranted{});
    return live->job.holds_slot;
}

// New limits. ----------------------------------------------------------------------------------------------------

void UpgradeEngine::set_limits(const domain::SlotLimits& slots, const domain::StageLimits& limits) {
    options_.slots = slots;
    options_.limits = limits;
    plans_.set_limits(limits);
    for (const auto& [device, live] : live_) {
        if (auto plan = plans_.of(live->job.task)) live->plan = std::move(*plan);
    }
    slots_.set_limits(slots);
    slots_.offer_more(kLinesPerTick, first_lease(), clock_.now());
}

// Orders of operators. -------------------------------------------------------------------------------------------

void UpgradeEngine::set_pause(const TaskId& task, bool paused, std::optional<Timestamp> resumed_at) {
    plans_.set_pause(task, paused, resumed_at);
    std::vector<Live> in_line;
    for (const auto& [device, live] : live_) {
        if (live->job.task != task) continue;
        if (auto plan = plans_.of(task)) live->plan = std::move(*plan);
        if (live->job.state == domain::JobState::Queued && live->uncommitted == 0) in_line.push_back(live);
    }
    if (paused) return;
    // Who listens may have its slot at once; the others show up by themselves.
    for (const auto& live : in_line) {
        slots_.request({live->job.id, live->job.device}, *live->job.cell, domain::CellLimiter::Place::Tail,
                       first_lease(), clock_.now());
    }
}

bool UpgradeEngine::confirm(const Job& stored) {
    if (!tell(stored, domain::Confirmed{})) return false;
    if (is_awake(stored.device)) {
        // After the commit: until then the database knows no job that could be heard.
        database_.write([](ports::Transaction&) { return Status{}; },
                        [this, device = stored.device](const Status&) { on_heard(device); });
    }
    return true;
}

// Restart. -------------------------------------------------------------------------------------------------------

Status UpgradeEngine::recover() {
    JobId after{};
    std::size_t recovered = 0;
    while (true) {
        std::vector<Job> jobs;
        auto read = database_.read([&](ports::Transaction& tx) -> Status {
            auto found = tx.jobs().live(after, kJobsPerRead);
            if (!found) return found.error();
            jobs = std::move(*found);
            return Status{};
        });
        if (!read) return read;
        if (jobs.empty()) break;
        after = jobs.back().id;
        for (auto& job : jobs) {
            const auto live = bring_to_life(std::move(job));
            if (!live) continue;
            keep_live(live);
            ++recovered;
            if (live->job.holds_slot && live->job.cell) {
                slots_.restore({live->job.id, live->job.device}, *live->job.cell, lease_end(live->job));
            }
        }
    }
    // Only when every slot is counted may anyone be given one.
    std::vector<Live> all;
    for (const auto& [device, live] : live_) all.push_back(live);
    std::sort(all.begin(), all.end(), [](const Live& a, const Live& b) { return a->job.id < b->job.id; });
    for (const auto& live : all) dispatch(live, domain::Recovered{});
    log::info("jobs recovered", {{"jobs", recovered}, {"slots", slots_.limiter().leases()}});
    return Status{};
}

}  // namespace cellwise::app
