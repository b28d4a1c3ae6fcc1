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

/// All that a run is told.
struct Plan {
    std::string server_host = "127.0.0.1";
    std::uint16_t server_port = 5683;

    std::string node_prefix = "urn:imei:8660000";  ///< the index follows, with as many zeros as make 8 digits
    std::uint32_t first_index = 0;
    std::vector<CellPlan> cells{};
    CoverageProfile profile = CoverageProfile::Mixed;
    RadioOddities oddities{};
    std::vector<Weighted<Dialect>> dialects{};  ///< empty: standard
    std::vector<Weighted<Fault>> faults{};      ///< empty: none
    std::uint32_t fault_attempts = 0;           ///< how often a fault happens before it does not; 0: every time

    domain::Version from_version{};
    std::optional<domain::Version> target_version{};
    std::optional<std::string> expect_sha256{};

    std::uint64_t seed = 1;
    NetworkQuality network{};
    Timing timing{};
    double time_scale = 1;
    Duration ramp_up{2'000};  ///< over which the devices are switched on; not scaled

    bool register_only = false;
    bool until_done = false;
    std::optional<Duration> timeout{};
    Duration report_interval{0};  ///< 0: no progress lines
    CountUntil count_until = CountUntil::Result;
    ClassLimits limits{};

    std::size_t device_count() const;
};

/// The fleet, device by device; the same plan gives the same scripts everywhere. Mixes are dealt out evenly: of a
/// share of one in ten, every stretch of ten devices has about one.
std::vector<Script> make_scripts(const Plan& plan);

/// Errors: InvalidInput "sim.plan.*" for what contradicts itself.
Status check_plan(const Plan& plan);

}  // namespace cellwise::sim
