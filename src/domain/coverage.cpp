// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/coverage.hpp"

#include <algorithm>
#include <cmath>

namespace cellwise::domain {
namespace {

constexpr std::size_t kMaxCellIdLength = 32;

/// Below the bounds, above 0 dBm, or no number at all: "outside every range", which the vendor ranks as the weakest.
/// So the lower bound of level 2 decides nothing: what lies under it ranks as level 2 too.
CoverageClass level_of(double value, const std::array<double, 3>& lower_bounds) {
    if (!std::isfinite(value)) return CoverageClass::Level2;
    if (value >= lower_bounds[0]) return CoverageClass::Level0;
    if (value >= lower_bounds[1]) return CoverageClass::Level1;
    return CoverageClass::Level2;
}

CoverageClass level_of_rsrp(double dbm, const CoverageRanges& ranges) {
    return dbm > 0 ? CoverageClass::Level2 : level_of(dbm, ranges.rsrp_dbm);
}

}  // namespace

std::optional<CellId> CellId::parse(std::string_view text) {
    const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (text.empty() || text.size() > kMaxCellIdLength || !std::all_of(text.begin(), text.end(), is_printable)) {
        return std::nullopt;
    }
    return CellId{std::string(text)};
}

std::string_view to_string(CoverageClass coverage) {
    switch (coverage) {
        case CoverageClass::Level0:
            return "level0";
        case CoverageClass::Level1:
            return "level1";
        case CoverageClass::Level2:
            return "level2";
        case CoverageClass::CellOnly:
            return "cell_only";
        case CoverageClass::NoCell:
            return "no_cell";
    }
    return "?";
}

std::optional<CoverageClass> parse_coverage_class(std::string_view name) {
    for (const auto coverage : kCoverageClasses) {
        if (name == to_string(coverage)) return coverage;
    }
    return std::nullopt;
}

std::ostream& operator<<(std::ostream& out, CoverageClass coverage) { return out << to_string(coverage); }

CoverageClass classify(const RadioReport& report, const CoverageRanges& ranges) {
    if (!report.cell) return CoverageClass::NoCell;
    if (!report.rsrp_dbm || !report.sinr_db) return CoverageClass::CellOnly;
    return std::max(level_of_rsrp(*report.rsrp_dbm, ranges), level_of(*report.sinr_db, ranges.sinr_db));
}

}  // namespace cellwise::domain
