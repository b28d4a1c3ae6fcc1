// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise::domain {

/// When a task's upgrades begin.
enum class ExecuteType {
    Now,           ///< as soon as the start delay is over
    DeviceOnline,  ///< the same to us: an upgrade always begins at an uplink of its device
    Custom         ///< between a start and an end time
};
std::string_view to_string(ExecuteType type);  ///< "now", "device_online", "custom"
std::optional<ExecuteType> parse_execute_type(std::string_view name);

struct TaskPolicy {
    ExecuteType execute_type = ExecuteType::Now;
    std::optional<Timestamp> start_time{};
    std::optional<Timestamp> end_time{};  ///< no upgrade is begun after it; those under way go on to their end
    std::uint32_t retry_times = 0;        ///< 0..5
    Duration retry_interval{0};
    bool app_confirm = false;  ///< no device is upgraded before somebody confirmed its job

    friend bool operator==(const TaskPolicy&, const TaskPolicy&) = default;
};

/// The devices of another task's jobs that ended so. Taken over job by job, since they may be a million.
struct RetryOf {
    TaskId task{};
    bool failed = true;
    bool stopped = false;

    friend bool operator==(const RetryOf&, const RetryOf&) = default;
};

/// Whom a task is for; exactly one of the five is set.
struct TaskTargets {
    std::vector<DeviceId> devices{};
    std::vector<std::string> groups{};   ///< group names
    std::optional<ProductId> product{};  ///< every device of a product model
    bool all = false;                    ///< every device of the package's product model
    std::optional<RetryOf> retry_of{};

    friend bool operator==(const TaskTargets&, const TaskTargets&) = default;
};

/// A task's life. Stored by name.
enum class TaskState {
    Wait,        ///< created; its start is not yet due
    Processing,  ///< started, with unfinished jobs
    Success,     ///< every job succeeded
    Failed,      ///< every job ended and at least one did not succeed
    Stop         ///< an operator stopped it; jobs that were installing still end by themselves
};
std::string_view to_string(TaskState state);  ///< "wait", "processing", "success", "failed", "stop"
std::optional<TaskState> parse_task_state(std::string_view name);
std::ostream& operator<<(std::ostream& out, TaskState state);
constexpr bool is_finished(TaskState state) { return state >= TaskState::Success; }

/// How a task's jobs stand. Their sum is `total` at every moment; `timeout` says how many of `fail` ran out of time.
struct TaskCounters {
    std::int64_t total = 0;
    std::int64_t wait = 0;
    std::int64_t processing = 0;
    std::int64_t success = 0;
    std::int64_t fail = 0;
    std::int64_t stop = 0;
    std::int64_t timeout = 0;

    friend bool operator==(const TaskCounters&, const TaskCounters&) = default;
};

struct Task {
    TaskId id{};
    AppId app{};  ///< empty: created by an operator
    std::string name{};
    PackageId package{};
    TaskTargets targets{};
    TaskPolicy policy{};
    TaskState state = TaskState::Wait;
    TaskCounters counters{};
    bool paused = false;                    ///< begins nothing new; what has begun goes on
    std::optional<Timestamp> resumed_at{};  ///< when it was paused last no longer
    bool expanded = false;                  ///< all of its jobs exist
    std::string expansion_cursor{};         ///< the last device whose job exists, while not all do
    Timestamp created_at{};
    Timestamp due_at{};  ///< when it leaves Wait: start delay or start time
    std::optional<Timestamp> started_at{};
    std::optional<Timestamp> stopped_at{};  ///< when it ended, however it ended

    friend bool operator==(const Task&, const Task&) = default;
};

}  // namespace cellwise::domain
