// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/device_result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>

namespace cellwise::sim::mqtt {

nlohmann::ordered_json device_json(const DeviceResult& device);
nlohmann::ordered_json traffic_json(const TrafficTotals& traffic);

/// The fleet for whoever enters it, one device a line, with `nodeId, protocol, device, secret, cell, rsrp, sinr,
/// coverage, dialect, fault, expectedEnd`.
std::string scripts_as_csv(std::span<const Script> scripts);
std::string scripts_as_ndjson(std::span<const Script> scripts);  ///< what is not known is null

}  // namespace cellwise::sim::mqtt
