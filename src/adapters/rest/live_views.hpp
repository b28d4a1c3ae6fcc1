// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json/writer.hpp"

#include "cellwise/domain/cell_limiter.hpp"
#include "cellwise/domain/job.hpp"
#include "cellwise/domain/task.hpp"

/// What an event shows as its resource does.
namespace cellwise::rest {

/// The member "counters".
void write_counters(json::Writer& out, const domain::TaskCounters& counters);
void write_job(json::Writer& out, const domain::Job& job);
void write_usage(json::Writer& out, const domain::CellLimiter::Usage& usage);

}  // namespace cellwise::rest
