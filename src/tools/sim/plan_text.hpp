// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/plan.hpp"

#include <string_view>

/// The words of the command line, read into the parts of a plan. Errors: InvalidInput "sim.*.malformed" with the
/// option as field and the foreign word as value.
namespace cellwise::sim {

/// "HOST:PORT", "[V6]:PORT" or "HOST".
Result<std::pair<std::string, std::uint16_t>> parse_server(std::string_view text, std::uint16_t standard_port = 5683);
/// "4242:50,4243:30:bad" (cell, devices, profile), or a number of cells among which `devices` are dealt out evenly.
Result<std::vector<CellPlan>> parse_cells(std::string_view text, std::optional<std::uint32_t> devices);
/// "standard:8,skip-20+non:2,all:1": shares; "all" is spread over every dialect.
Result<std::vector<Weighted<Dialect>>> parse_dialects(std::string_view text);
/// "none:8,fail-22-07:1,all:1"
Result<std::vector<Weighted<Fault>>> parse_faults(std::string_view text);
/// "50,10,1,10,500": levels 0, 1, 2, cell-only, and no cell (0 where it is left out).
Result<ClassLimits> parse_limits(std::string_view text);
/// "20,300": milliseconds, least and most; or one number for both.
Result<std::pair<Duration, Duration>> parse_delay(std::string_view text);

}  // namespace cellwise::sim
