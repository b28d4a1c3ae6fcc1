// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/dialect.hpp"
#include "tools/sim/radio.hpp"

#include "cellwise/base/bytes.hpp"

#include <cstdint>
#include <optional>

namespace cellwise::sim {

/// What a read gives.
struct Content {
    std::uint16_t format = 0;
    Bytes payload{};
};

/// Object 4, instance 0 (OMA-TS-LightweightM2M, Connectivity Monitoring: 0 bearer, 2 radio signal strength, 8 cell
/// id, 11 SignalSNR), whole or one resource; nothing: 4.04.
std::optional<Content> read_radio_object(const Radio& radio, const Dialect& dialect,
                                         std::optional<std::uint16_t> resource);

}  // namespace cellwise::sim
