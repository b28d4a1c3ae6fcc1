// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::domain {

/// What can stand in a device's timeline. Stored by name.
enum class TimelineKind {
    Registered,
    Deregistered,
    Version,  ///< it said which version it runs, and that was news
    Radio,    ///< it said which cell it is in
    Job       ///< an upgrade of it came to another state
};
std::string_view to_string(TimelineKind kind);  ///< "registered", "deregistered", "version", "radio", "job"
std::optional<TimelineKind> parse_timeline_kind(std::string_view name);

/// How many entries are kept of a device; the oldest go first.
inline constexpr std::int64_t kLongestTimeline = 200;

/// One thing that happened to a device, for people who want to know how it came to be as it is.
struct TimelineEntry {
    DeviceId device{};
    std::int64_t number = 0;  ///< given by the store: counts up per device
    Timestamp at{};
    TimelineKind kind = TimelineKind::Job;
    TaskId task{};         ///< of Job, Version and Radio
    JobId job{};           ///< the same
    std::string state{};   ///< Job: the state by name
    std::string detail{};  ///< printable: the reason, the version, the cell

    friend bool operator==(const TimelineEntry&, const TimelineEntry&) = default;
};

}  // namespace cellwise::domain
