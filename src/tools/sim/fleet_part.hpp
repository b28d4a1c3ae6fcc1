// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/fleet_report.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace cellwise::sim {

/// The devices of one protocol in a run; whoever runs it turns it when its descriptor is readable, or at its
/// deadline.
class FleetPart {
 public:
    struct Progress {
        std::size_t devices = 0;
        std::size_t linked = 0;  ///< observed, or connected
        std::size_t upgrading = 0;
        std::size_t ended = 0;
        std::size_t deviating = 0;
    };

    virtual ~FleetPart() = default;
    /// Once, before all else.
    virtual Status open(Timestamp now) = 0;
    virtual int descriptor() const = 0;
    virtual std::optional<Timestamp> deadline() const = 0;
    /// Takes what came and does what is due.
    virtual void turn(Timestamp now) = 0;
    virtual bool is_done() const = 0;
    virtual Progress progress() const = 0;
    /// What happened since the last call, in words for the progress line.
    virtual std::string take_news(Duration span) = 0;
    virtual void add_to(FleetReport& report) const = 0;
};

}  // namespace cellwise::sim
