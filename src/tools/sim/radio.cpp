// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/radio.hpp"

#include <algorithm>
#include <array>

namespace cellwise::sim {
namespace {

struct Range {
    std::int64_t least;
    std::int64_t most;
};
// Per level, in whole dBm and dB: what a modem reports. The bounds themselves are drawn too.
constexpr std::array<Range, 3> kRsrp{{{-105, -70}, {-115, -106}, {-125, -116}}};
constexpr std::array<Range, 3> kSinr{{{7, 25}, {-3, 6}, {-8, -4}}};

constexpr std::array<std::string_view, 4> kProfileNames{"good", "middling", "bad", "mixed"};

std::size_t draw_level(CoverageProfile profile, SplitMix64& random) {
    if (profile != CoverageProfile::Mixed) {
        return static_cast<std::size_t>(profile);
    }
    const auto at = random.unit();
    if (at < 0.6) return 0;
    return at < 0.9 ? 1 : 2;
}

std::int64_t draw_from(const Range& range, SplitMix64& random) { return random.between(range.least, range.most); }

std::size_t level_of(std::int64_t value, const std::array<std::int64_t, 3>& lower_bounds) {
    for (std::size_t level = 0; level < lower_bounds.size(); ++level) {
        if (value >= lower_bounds[level]) return level;
    }
    return 2;
}

}  // namespace

std::string_view to_string(CoverageProfile profile) { return kProfileNames[static_cast<std::size_t>(profile)]; }

std::optional<CoverageProfile> parse_coverage_profile(std::string_view name) {
    const auto found = std::find(kProfileNames.begin(), kProfileNames.end(), name);
    if (found == kProfileNames.end()) return std::nullopt;
    return static_cast<CoverageProfile>(found - kProfileNames.begin());
}

Radio draw_radio(std::int64_t cell, CoverageProfile profile, const RadioOddities& oddities, SplitMix64& random) {
    const auto level = draw_level(profile, random);
    // One of the two values is of that level, the other is as good or better: the weaker decides.
    const bool rsrp_is_weaker = random.chance(0.5);
    const auto other = static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(level)));
    Radio radio{.cell = cell,
                .rsrp_dbm = draw_from(kRsrp[rsrp_is_weaker ? level : other], random),
                .sinr_db = draw_from(kSinr[rsrp_is_weaker ? other : level], random)};
    const auto odd = random.unit();
    auto bound = oddities.without_cell;
    if (odd < bound) {
        radio.cell.reset();
    } else if (odd < (bound += oddities.without_rsrp)) {
        radio.rsrp_dbm.reset();
    } else if (odd < (bound += oddities.without_sinr)) {
        radio.sinr_db.reset();
    } else if (odd < (bound += oddities.constant_80)) {
        radio.rsrp_dbm = 80;
    } else if (odd < (bound += oddities.ten_times)) {
        *radio.rsrp_dbm *= 10;
        *radio.sinr_db *= 10;
    }
    return radio;
}

domain::CoverageClass coverage_class_of(const Radio& radio) {
    using enum domain::CoverageClass;
    if (!radio.cell) return NoCell;
    if (!radio.rsrp_dbm || !radio.sinr_db) return CellOnly;
    const auto by_rsrp = *radio.rsrp_dbm > 0 ? 2 : level_of(*radio.rsrp_dbm, {-105, -115, -125});
    const auto by_sinr = level_of(*radio.sinr_db, {7, -3, -8});
    constexpr std::array kLevels{Level0, Level1, Level2};
    return kLevels[std::max(by_rsrp, by_sinr)];
}

}  // namespace cellwise::sim
