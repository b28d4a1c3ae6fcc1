// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/split_mix.hpp"

#include "cellwise/domain/coverage.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace cellwise::sim {

/// What a device reports of its radio, as it reports it: also +80, or ten times the value.
struct Radio {
    std::optional<std::int64_t> cell{};
    std::optional<std::int64_t> rsrp_dbm{};
    std::optional<std::int64_t> sinr_db{};

    friend bool operator==(const Radio&, const Radio&) = default;
};

/// How well the devices of a cell are covered.
enum class CoverageProfile {
    Good,      ///< all of level 0
    Middling,  ///< all of level 1
    Bad,       ///< all of level 2
    Mixed      ///< six, three and one in ten
};
std::string_view to_string(CoverageProfile profile);
std::optional<CoverageProfile> parse_coverage_profile(std::string_view name);

/// Which share of the devices reports something odd (0..1). The first that applies, from top to bottom, is taken.
struct RadioOddities {
    double without_cell = 0;
    double without_rsrp = 0;
    double without_sinr = 0;
    double constant_80 = 0;  ///< +80 dBm for RSRP
    double ten_times = 0;    ///< ten times the value
};

Radio draw_radio(std::int64_t cell, CoverageProfile profile, const RadioOddities& oddities, SplitMix64& random);

/// The class by the customary ranges, in the simulator's own words: what counts the daemon must not share its code.
domain::CoverageClass coverage_class_of(const Radio& radio);

}  // namespace cellwise::sim
