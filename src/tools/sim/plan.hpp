// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/concurrency_meter.hpp"
#include "tools/sim/device_machine.hpp"
#include "tools/sim/mix.hpp"
#include "tools/sim/network_shim.hpp"
#include "tools/sim/radio.hpp"
#include "tools/sim/script.hpp"
#include "tools/sim/timing.hpp"

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::sim {

struct CellPlan {
    std::int64_t id = 0;
    std::uint32_t devices = 0;
    std::optional<CoverageProfile> profile{};  ///< nothing: the fleet's

    friend bool operator==(const CellPlan&, const CellPlan&) = default;
};

/// What a fleet is told, whatever it speaks.
struct FleetPlan {
    std::string node_prefix{};  ///< the index follows, with as many zeros as make 8 digits
    std::uint32_t first_index = 0;
    std::vector<CellPlan> cells{};
    CoverageProfile profile = CoverageProfile::Mixed;
    RadioOddities oddities{};
    std::uint32_t fault_attempts = 0;  ///< how often a reported fault happens before it does not; 0: every time

    std::uint64_t seed = 1;
    double time_scale = 1;
    Duration ramp_up{2'000};  ///< over which the devices are switched on; not scaled

    std::size_t device_count() const;
};

/// One device of a fleet, before anything else is known of it.
struct Seat {
    std::uint32_t number = 0;
    std::int64_t cell = 0;
    CoverageProfile profile{};
};
/// Cell by cell.
std::vector<Seat> seats_of(const FleetPlan& plan);

/// The rules between versions, whatever the devices speak; an empty `target` is that of the notice.
/// Errors: InvalidInput "sim.plan.no_target", "sim.plan.same_version".
Status check_versions(const std::string& from, const std::string& target, bool some_run_the_target);

/// All that a run is told.
struct Plan : FleetPlan {
    Plan() { node_prefix = "urn:imei:8660000"; }

    std::string server_host = "127.0.0.1";
    std::uint16_t server_port = 5683;

    std::vector<Weighted<Dialect>> dialects{};  ///< empty: standard
    std::vector<Weighted<Fault>> faults{};      ///< empty: none

    domain::Version from_version{};
    std::optional<domain::Version> target_version{};
    std::optional<std::string> expect_sha256{};

    NetworkQuality network{};
    Timing timing{};

    bool register_only = false;
    bool until_done = false;
    std::optional<Duration> timeout{};
    Duration report_interval{0};  ///< 0: no progress lines
    CountUntil count_until = CountUntil::Result;
    ClassLimits limits{};
};

/// The fleet, device by device; the same plan gives the same scripts everywhere. Mixes are dealt out evenly: of a
/// share of one in ten, every stretch of ten devices has about one.
std::vector<Script> make_scripts(const Plan& plan);

/// Errors: InvalidInput "sim.plan.*" for what contradicts itself.
Status check_plan(const Plan& plan);

}  // namespace cellwise::sim
