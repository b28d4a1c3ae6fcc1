// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/cell_limiter.hpp"
#include "cellwise/domain/job.hpp"
#include "cellwise/domain/task.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cellwise::app {

/// A task as it is now, without its targets.
struct TaskChanged {
    domain::Task task{};
};
struct TaskErased {
    TaskId task{};
};
struct JobsChanged {
    TaskId task{};
    std::vector<domain::Job> jobs{};
};
struct CellsChanged {
    std::vector<domain::CellLimiter::Usage> usages{};
};
/// More changed than is told one by one: whoever watches reads anew what it shows. Of one task's jobs, or of all.
struct TooMuchChanged {
    std::optional<TaskId> task{};
};

struct LiveEvent {
    std::uint64_t number = 0;  ///< grows by one from event to event
    std::variant<TaskChanged, TaskErased, JobsChanged, CellsChanged, TooMuchChanged> what{};
};

/// Tells those who watch what changes, at most once a second for each task, job and cell, as it is then. The events
/// of all are kept in one bounded list, and a watcher is a place in it: a slow one costs no memory, it falls off the
/// end and is told so. While nobody watches, a change costs one look at a flag.
///
/// on_…() and tick() on the loop thread, the rest from any thread.
class EventHub {
 public:
    struct Options {
        std::size_t watchers = 64;         ///< at once
        std::size_t kept = 4'096;          ///< tasks, jobs and cells in the events that are kept
        std::size_t changes = 2'048;       ///< of jobs, and of cells, that may wait for the next tick
        Duration linger{60'000};           ///< how long events are kept for a watcher that may come back
        Duration heartbeat_after{15'000};  ///< without an event
    };
    using CellView = std::function<domain::CellLimiter::Usage(const domain::CellKey&)>;

    EventHub(ports::Database& database, ports::Clock& clock, const Options& options);

    void on_task(const TaskId& task);
    void on_job(const domain::Job& job);
    void on_cell(const domain::CellKey& key);
    /// The limits of all cells, say.
    void on_everything();
    /// Turns what changed into events, a bounded amount. Call once a second.
    void tick(const CellView& cell);

    struct Wish {
        std::optional<TaskId> task{};  ///< of tasks only this one, and its jobs
        std::string last_id{};         ///< what id_of() said of the last event that was seen; empty: begin now
    };
    struct Batch {
        bool over = false;       ///< the daemon stops
        bool gap = false;        ///< some events are lost for this watcher: it reads anew what it shows
        bool heartbeat = false;  ///< nothing was said for a while
        std::vector<std::shared_ptr<const LiveEvent>> events{};
        std::uint64_t number = 0;  ///< of the last event that needs not be told again
    };
    class Watcher;
    /// Errors: TooMany "events.watchers". The hub outlives the watcher.
    Result<std::unique_ptr<Watcher>> watch(const Wish& wish);

    /// What names an event for ever: numbers begin anew with each start of the daemon.
    std::string id_of(std::uint64_t number) const;
    /// Ends every watcher, present and future.
    void close();

 private:
    struct Watched {
        std::size_t watchers = 0;
        std::uint64_t since = 0;  ///< its jobs' events are there from the next number on
        Timestamp left_at{};      ///< when the last watcher left
    };

    std::optional<std::uint64_t> number_of(std::string_view id) const;
    bool is_kept(const Wish& wish, std::uint64_t number) const;
    Batch take(Watcher& watcher);
    void leave(Watcher& watcher);

    void append(decltype(LiveEvent::what) what, std::size_t weight);
    void forget_those_who_left(Timestamp now);
    void tell_tasks();
    void tell_jobs();
    void tell_cells(const CellView& cell);
    void wake_watchers(Timestamp now);

    ports::Database& database_;
    ports::Clock& clock_;
    const Options options_;
    const std::string epoch_;
    std::atomic<bool> watched_{false};  ///< changes are noted

    // What changed since the last tick. The loop's alone.
    std::set<TaskId> tasks_;
    std::map<TaskId, std::map<JobId, domain::Job>> jobs_;
    std::size_t job_count_ = 0;
    std::set<TaskId> too_many_jobs_;
    std::set<domain::CellKey> cells_;
    bool too_much_ = false;

    mutable std::mutex mutex_;                                                     // guards all below
    std::deque<std::pair<std::shared_ptr<const LiveEvent>, std::size_t>> events_;  ///< with their weights
    std::size_t weight_ = 0;
    std::uint64_t last_number_ = 0;
    std::set<Watcher*> watchers_;
    std::map<TaskId, Watched> watched_tasks_;
    Timestamp left_at_{};  ///< when the last watcher left
    bool closed_ = false;
};

/// One who watches. A thread at a time.
class EventHub::Watcher {
 public:
    ~Watcher() { hub_.leave(*this); }
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    /// `ready` is called, on any thread, when take() has something to give. Once.
    void begin(std::function<void()> ready);
    /// What is new since the last call, at most so much that a client takes it in one piece; nothing if all is empty.
    Batch take() { return hub_.take(*this); }

 private:
    friend class EventHub;
    Watcher(EventHub& hub, Wish wish) : hub_(hub), wish_(std::move(wish)) {}
    bool wants(const LiveEvent& event) const;

    EventHub& hub_;
    const Wish wish_;
    // Guarded by the hub's mutex.
    std::uint64_t number_ = 0;
    bool gap_ = false;
    Timestamp told_at_{};
    std::function<void()> ready_;
};

}  // namespace cellwise::app
