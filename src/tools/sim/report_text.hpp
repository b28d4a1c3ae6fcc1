// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/box_table.hpp"
#include "tools/sim/fleet_report.hpp"

#include <string>

namespace cellwise::sim {

/// The last screen of a run: cells and classes against their limits, how the devices ended, who deviated (the first
/// 20), traffic, and the verdict.
std::string render_report(const FleetReport& report, Colour colour);

}  // namespace cellwise::sim
