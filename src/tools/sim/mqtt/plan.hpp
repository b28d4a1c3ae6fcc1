// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/broker_session.hpp"
#include "tools/sim/mqtt/downloader.hpp"
#include "tools/sim/mqtt/event_text.hpp"
#include "tools/sim/mqtt/script.hpp"
#include "tools/sim/mqtt/timing.hpp"
#include "tools/sim/plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace cellwise::sim::mqtt {

/// All that the MQTT devices of a run are told; those of another protocol have a plan of their own.
struct Plan {
    BrokerAddress broker{};
    DownloadSetup downloads{};
    RadioNames radio_names{};

    std::string node_prefix = "sim_mqtt_";  ///< eight digits follow
    std::uint32_t first_index = 0;
    std::vector<CellPlan> cells{};
    CoverageProfile profile = CoverageProfile::Mixed;
    RadioOddities oddities{};
    std::vector<Weighted<Dialect>> dialects{};  ///< empty: standard
    std::vector<Weighted<Fault>> faults{};      ///< empty: none
    std::uint32_t fault_attempts = 0;           ///< how often a reported fault happens; 0: every time
    bool all_subscribe = false;
    std::map<std::string, std::string> names{};  ///< node id: what the platform calls the device; else the node id

    std::string from_version{};
    std::string target_version{};
    std::string expect_sha256{};

    std::uint64_t seed = 1;
    Timing timing{};
    double time_scale = 1;
    Duration ramp_up{2'000};
    bool connect_only = false;

    std::size_t device_count() const;
};

/// The fleet, device by device; the same plan gives the same scripts everywhere.
std::vector<Script> make_scripts(const Plan& plan);

/// Errors: InvalidInput "sim.plan.*" for what contradicts itself.
Status check_plan(const Plan& plan);

}  // namespace cellwise::sim::mqtt
