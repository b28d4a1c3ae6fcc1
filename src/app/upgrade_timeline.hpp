// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/job_machine.hpp"
#include "cellwise/domain/timeline.hpp"

#include <vector>

namespace cellwise::app {

/// What of a job has to be remembered over a step, to say afterwards what it changed.
struct JobTrace {
    domain::JobState state;
    domain::Version current_version;
};
inline JobTrace trace_of(const domain::Job& job) { return {job.state, job.current_version}; }

/// What a step adds to its device's timeline, in the transaction that commits the step.
struct Timeline {
    bool heard_version = false;  ///< another one than was known
    std::vector<domain::TimelineEntry> entries{};
};
Timeline timeline_of(const JobTrace& before, const domain::Job& job, const domain::Event& event, Timestamp now);

}  // namespace cellwise::app
