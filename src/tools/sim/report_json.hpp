// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/fleet_report.hpp"
#include "tools/sim/script.hpp"

#include <span>
#include <string>

namespace cellwise::sim {

/// The report as one JSON document; docs/simulator.md has its members.
std::string report_as_json(const FleetReport& report);

/// The fleet for whoever enters it, one device a line, with `nodeId, cell, rsrp, sinr, coverage, dialect, fault,
/// expectedEnd`.
std::string scripts_as_csv(std::span<const Script> scripts);  ///< RFC 4180 but for the line ends (LF), with a header
std::string scripts_as_ndjson(std::span<const Script> scripts);  ///< what is not known is null

}  // namespace cellwise::sim
