// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/device_machine.hpp"

#include "cellwise/domain/coverage.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cellwise::sim::mqtt {

struct DeviceResult {
    Script script;
    domain::CoverageClass coverage = domain::CoverageClass::NoCell;
    End end = End::None;
    Record record{};
    LinkCounters link{};
    Duration ended_after{0};                ///< since the start of the run; 0 if it did not end
    std::vector<std::string> deviations{};  ///< in words; empty: as scripted
};

struct TrafficTotals {
    std::uint64_t published = 0;  ///< by devices
    std::uint64_t arrived = 0;    ///< at devices
    std::uint64_t connections = 0;
    std::uint64_t refusals = 0;
    std::uint64_t losses = 0;
    std::uint64_t downloads = 0;
    std::uint64_t broken_downloads = 0;
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
};

/// What of a device is not as its script says. `expect_sha256`: empty is anything.
std::vector<std::string> find_deviations(const Script& script, End end, const Record& record,
                                         const std::string& expect_sha256);

}  // namespace cellwise::sim::mqtt
