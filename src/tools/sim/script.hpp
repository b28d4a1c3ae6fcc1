// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/dialect.hpp"
#include "tools/sim/fault.hpp"
#include "tools/sim/radio.hpp"

#include "cellwise/domain/version.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cellwise::sim {

/// What one device is, how it speaks, what goes wrong with it and how that is to end.
struct Script {
    std::uint32_t index = 0;
    std::string node_id{};  ///< the LwM2M endpoint name too
    std::string imei{};
    Radio radio{};
    Dialect dialect{};
    Fault fault{};
    std::uint32_t fault_attempts = 0;  ///< how often the fault happens; 0: every time
    double fault_at = 0.5;             ///< where in the download, 0..1
    domain::Version from_version{};
    std::optional<domain::Version> target_version{};
    End expected_end = End::Succeeded;

    friend bool operator==(const Script&, const Script&) = default;
};

}  // namespace cellwise::sim
