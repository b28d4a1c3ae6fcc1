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
struct Plan : FleetPlan {
    Plan() { node_prefix = "sim_mqtt_"; }

    BrokerAddress broker{};
    DownloadSetup downloads{};
    RadioNames radio_names{};

    std::vector<Weighted<Dialect>> dialects{};  ///< empty: standard
    std::vector<Weighted<Fault>> faults{};      ///< empty: none
    bool all_subscribe = false;
    std::map<std::string, std::string> names{};  ///< node id: what the platform calls the device; else the node id

    std::string from_version{};
    std::string target_version{};
    std::string expect_sha256{};

    Timing timing{};
    bool connect_only = false;
};

/// The fleet, device by device; the same plan gives the same scripts everywhere.
std::vector<Script> make_scripts(const Plan& plan);

/// Errors: InvalidInput "sim.plan.*" for what contradicts itself.
Status check_plan(const Plan& plan);

}  // namespace cellwise::sim::mqtt
