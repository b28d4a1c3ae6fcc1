// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/behaviour.hpp"
#include "tools/sim/radio.hpp"

#include <cstdint>
#include <string>

namespace cellwise::sim::mqtt {

/// What one MQTT device is, how it speaks, what goes wrong with it and how that is to end.
struct Script {
    std::uint32_t index = 0;
    std::string node_id{};
    std::string device{};  ///< its name at the broker: as the platform calls it, or the node id
    std::string secret{};
    bool stamp_is_checked = false;  ///< sign type 1
    Radio radio{};
    Dialect dialect{};
    Fault fault{};
    std::uint32_t fault_attempts = 0;  ///< how often the fault happens; 0: every time
    double fault_at = 0.5;             ///< where in the download, 0..1
    std::string from_version{};
    std::string target_version{};  ///< empty: as the notice says
    End expected_end = End::Succeeded;

    friend bool operator==(const Script&, const Script&) = default;
};

/// What the platform can know of its radio.
inline domain::CoverageClass coverage_class_of(const Script& script) {
    return script.dialect.has(Trait::NoRadio) ? domain::CoverageClass::NoCell : sim::coverage_class_of(script.radio);
}

}  // namespace cellwise::sim::mqtt
