// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/concurrency_meter.hpp"
#include "tools/sim/fleet_part.hpp"

#include "cellwise/ports/clock.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

namespace cellwise::sim {

/// How a run ends and what it tells, whoever takes part.
struct RunOptions {
    bool until_done = false;
    std::optional<Duration> timeout{};
    Duration report_interval{0};  ///< 0: no progress lines
    ClassLimits limits{};
    std::uint64_t seed = 1;  ///< for the report
};

/// Runs the parts of a fleet side by side in the thread that calls run(), and judges them together: one meter counts
/// all, so that in a mixed cell the slots that both protocols share are counted once.
class FleetRun {
 public:
    /// `clock` must not jump. `progress` gets a line every `report_interval`; may be null.
    FleetRun(std::vector<FleetPart*> parts, const ConcurrencyMeter& meter, const RunOptions& options,
             const ports::Clock& clock, std::ostream* progress);

    /// Until every device is done (if the options say so), the timeout, or `stop`, which may be set by another thread
    /// or a signal handler and is looked at 10 times a second. Errors: those of the parts.
    Status run(const std::atomic<bool>& stop);
    FleetReport report() const;

 private:
    bool is_over(const std::atomic<bool>& stop);
    void wait() const;
    void report_progress();

    std::vector<FleetPart*> parts_;
    const ConcurrencyMeter& meter_;
    RunOptions options_;
    const ports::Clock& clock_;
    std::ostream* progress_;
    Timestamp started_at_{};
    Timestamp now_{};
    Timestamp next_report_{};
    StopReason stop_reason_ = StopReason::AllDone;
};

}  // namespace cellwise::sim
