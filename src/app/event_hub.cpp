// SPDX-License-Identifier: Apache-2.0
#include "app/event_hub.hpp"

#include "cellwise/base/log.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace cellwise::app {
namespace {

/// Rows that a tick reads on the loop, by their key.
constexpr std::size_t kTasksToldPerTick = 16;
constexpr std::size_t kCellsPerTick = 512;
/// In one event: what a client reads in one piece.
constexpr std::size_t kPerEvent = 64;
constexpr std::size_t kRowsPerTake = 128;

}  // namespace

EventHub::EventHub(ports::Database& database, ports::Clock& clock, const Options& options)
    : database_(database),
      clock_(clock),
      options_(options),
      epoch_(std::to_string(clock.now().time_since_epoch().count())) {}

// What changes. --------------------------------------------------------------------------------------------------

void EventHub::on_task(const TaskId& task) {
    if (watched_) tasks_.insert(task);
}

void EventHub::on_job(const domain::Job& job) {
    if (!watched_) return;
    tasks_.insert(job.task);
    {
        const std::lock_guard lock(mutex_);
        if (!watched_tasks_.contains(job.task)) return;
    }
    auto& of_task = jobs_[job.task];
    const auto known = of_task.find(job.id);
    if (known != of_task.end()) {
        known->second = job;
    } else if (job_count_ < options_.changes) {
        ++job_count_;
        of_task.emplace(job.id, job);
    } else {
        too_many_jobs_.insert(job.task);
    }
}

void EventHub::on_cell(const domain::CellKey& key) {
    if (!watched_) return;
    if (cells_.size() >= options_.changes && !cells_.contains(key)) {
        too_much_ = true;
    } else {
        cells_.insert(key);
    }
}

void EventHub::on_everything() { too_much_ = watched_; }

// What is told. --------------------------------------------------------------------------------------------------

void EventHub::tick(const CellView& cell) {
    if (!watched_) return;
    const auto now = clock_.now();
    forget_those_who_left(now);
    tell_tasks();
    tell_jobs();
    tell_cells(cell);
    wake_watchers(now);
}

void EventHub::forget_those_who_left(Timestamp now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(watched_tasks_, [&](const auto& entry) {
        return entry.second.watchers == 0 && now - entry.second.left_at >= options_.linger;
    });
    if (!watchers_.empty() || now - left_at_ < options_.linger) return;
    watched_ = false;
    events_.clear();
    weight_ = 0;
    ++last_number_;  // what happens from now on is nobody's: an earlier id leads to a gap
}

void EventHub::append(decltype(LiveEvent::what) what, std::size_t weight) {
    const std::lock_guard lock(mutex_);
    auto event = std::make_shared<LiveEvent>();
    event->number = ++last_number_;
    event->what = std::move(what);
    events_.emplace_back(std::move(event), weight);
    weight_ += weight;
    while (weight_ > options_.kept && events_.size() > 1) {
        weight_ -= events_.front().second;
        events_.pop_front();
    }
}

/// Tasks that must wait for the next tick keep their turn.
void EventHub::tell_tasks() {
    std::vector<TaskId> ids;
    while (!tasks_.empty() && ids.size() < kTasksToldPerTick) ids.push_back(tasks_.extract(tasks_.begin()).value());
    if (ids.empty()) return;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        for (const auto& id : ids) {
            auto found = tx.tasks().find(id);
            if (!found) return found.error();
            if (!*found) {
                append(TaskErased{id}, 1);
                continue;
            }
            (*found)->targets = {};
            append(TaskChanged{std::move(**found)}, 1);
        }
        return {};
    });
    if (!read) log::error("changed tasks cannot be read", {{"reason", read.error().message}});
}

void EventHub::tell_jobs() {
    for (auto& [task, changed] : std::exchange(jobs_, {})) {
        JobsChanged part{.task = task};
        for (auto& [id, job] : changed) {
            part.jobs.push_back(std::move(job));
            if (part.jobs.size() == kPerEvent) append(std::exchange(part, {.task = task}), kPerEvent);
        }
        const auto rest = part.jobs.size();
        if (rest > 0) append(std::move(part), rest);
    }
    job_count_ = 0;
    for (const auto& task : std::exchange(too_many_jobs_, {})) append(TooMuchChanged{task}, 1);
}

void EventHub::tell_cells(const CellView& cell) {
    CellsChanged part;
    for (std::size_t told = 0; told < kCellsPerTick && !cells_.empty(); ++told) {
        part.usages.push_back(cell(cells_.extract(cells_.begin()).value()));
        if (part.usages.size() == kPerEvent) append(std::exchange(part, {}), kPerEvent);
    }
    const auto rest = part.usages.size();
    if (rest > 0) append(std::move(part), rest);
    if (std::exchange(too_much_, false)) append(TooMuchChanged{}, 1);
}

void EventHub::wake_watchers(Timestamp now) {
    std::vector<std::function<void()>> waiting;
    {
        const std::lock_guard lock(mutex_);
        for (const auto* watcher : watchers_) {
            const bool due = watcher->number_ < last_number_ || now - watcher->told_at_ >= options_.heartbeat_after;
            if (due && watcher->ready_) waiting.push_back(watcher->ready_);
        }
    }
    for (const auto& ready : waiting) ready();
}

// Who watches. ---------------------------------------------------------------------------------------------------

std::string EventHub::id_of(std::uint64_t number) const { return epoch_ + '-' + std::to_string(number); }

std::optional<std::uint64_t> EventHub::number_of(std::string_view id) const {
    if (!id.starts_with(epoch_) || id.substr(epoch_.size(), 1) != "-") return std::nullopt;
    const auto text = id.substr(epoch_.size() + 1);
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// Is there everything that came after this event?
bool EventHub::is_kept(const Wish& wish, std::uint64_t number) const {
    if (number > last_number_ || number + events_.size() < last_number_) return false;
    if (!wish.task) return true;
    const auto watched = watched_tasks_.find(*wish.task);
    return watched != watched_tasks_.end() && watched->second.since <= number;
}

Result<std::unique_ptr<EventHub::Watcher>> EventHub::watch(const Wish& wish) {
    auto watcher = std::unique_ptr<Watcher>(new Watcher(*this, wish));
    const std::lock_guard lock(mutex_);
    if (watchers_.size() >= options_.watchers) {
        return Error{ErrorKind::TooMany,
                     "events.watchers",
                     "too many clients watch already: try again later",
                     {},
                     std::to_string(options_.watchers)};
    }
    const auto seen = number_of(wish.last_id);
    const bool resumes = seen && is_kept(wish, *seen);
    watcher->gap_ = !wish.last_id.empty() && !resumes;
    watcher->number_ = resumes ? *seen : last_number_;
    watcher->told_at_ = clock_.now();
    if (wish.task) {
        const auto [watched, is_new] = watched_tasks_.try_emplace(*wish.task, Watched{.since = last_number_});
        ++watched->second.watchers;
    }
    watchers_.insert(watcher.get());
    watched_ = true;
    return watcher;
}

void EventHub::leave(Watcher& watcher) {
    const std::lock_guard lock(mutex_);
    if (watchers_.erase(&watcher) == 0) return;
    left_at_ = clock_.now();
    if (!watcher.wish_.task) return;
    const auto watched = watched_tasks_.find(*watcher.wish_.task);
    --watched->second.watchers;
    watched->second.left_at = left_at_;
}

void EventHub::close() {
    std::vector<std::function<void()>> waiting;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (const auto* watcher : watchers_) {
            if (watcher->ready_) waiting.push_back(watcher->ready_);
        }
    }
    for (const auto& ready : waiting) ready();
}

EventHub::Batch EventHub::take(Watcher& watcher) {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    Batch batch{.over = closed_};
    const auto kept_from = last_number_ - events_.size();
    batch.gap = std::exchange(watcher.gap_, false) || watcher.number_ < kept_from;
    if (batch.gap) {
        // It reads everything anew, so that what is still here would tell it nothing.
        watcher.number_ = last_number_;
    }
    for (std::size_t rows = 0; watcher.number_ < last_number_ && rows < kRowsPerTake;) {
        const auto& [event, weight] = events_[watcher.number_ - kept_from];
        ++watcher.number_;
        if (!watcher.wants(*event)) continue;
        batch.events.push_back(event);
        rows += weight;
    }
    batch.number = watcher.number_;
    batch.heartbeat = batch.events.empty() && !batch.gap && now - watcher.told_at_ >= options_.heartbeat_after;
    if (batch.gap || batch.heartbeat || !batch.events.empty()) watcher.told_at_ = now;
    return batch;
}

void EventHub::Watcher::begin(std::function<void()> ready) {
    const std::lock_guard lock(hub_.mutex_);
    ready_ = std::move(ready);
}

bool EventHub::Watcher::wants(const LiveEvent& event) const {
    struct Wants {
        const std::optional<TaskId>& task;
        bool operator()(const TaskChanged& changed) const { return !task || *task == changed.task.id; }
        bool operator()(const TaskErased& erased) const { return !task || *task == erased.task; }
        bool operator()(const JobsChanged& changed) const { return task == changed.task; }
        bool operator()(const CellsChanged&) const { return true; }
        bool operator()(const TooMuchChanged& much) const { return !much.task || much.task == task; }
    };
    return std::visit(Wants{wish_.task}, event.what);
}

}  // namespace cellwise::app
