// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <array>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace cellwise::domain {

/// A radio cell as the device names it: LwM2M object 4, resource 8 in decimal, or an operator's text. At most 32
/// printable characters.
struct CellId {
    std::string text;

    static std::optional<CellId> parse(std::string_view text);

    friend bool operator==(const CellId&, const CellId&) = default;
    friend auto operator<=>(const CellId&, const CellId&) = default;
    friend std::ostream& operator<<(std::ostream& out, const CellId& cell) { return out << cell.text; }
};

/// Which of a cell's queues an upgrade stands in. Stored by name.
enum class CoverageClass {
    Level0,    ///< RSRP and SINR both good
    Level1,    ///< the weaker of the two is middling
    Level2,    ///< the weaker of the two is bad, or outside every range
    CellOnly,  ///< the cell is known, RSRP or SINR is not
    NoCell     ///< no cell is known: MQTT devices only, one bucket for the whole daemon
};
inline constexpr std::array kCoverageClasses{CoverageClass::Level0, CoverageClass::Level1, CoverageClass::Level2,
                                             CoverageClass::CellOnly, CoverageClass::NoCell};

std::string_view to_string(CoverageClass coverage);
std::optional<CoverageClass> parse_coverage_class(std::string_view name);
std::ostream& operator<<(std::ostream& out, CoverageClass coverage);

/// What a device reported of its radio. Values are taken as they come: some devices report +80 dBm, or ten times the
/// value; being outside every range ranks them as the weakest.
struct RadioReport {
    std::optional<CellId> cell{};
    std::optional<double> rsrp_dbm{};
    std::optional<double> sinr_db{};

    friend bool operator==(const RadioReport&, const RadioReport&) = default;
};

/// Lower bounds of levels 0, 1, 2. Level 0 has no upper bound for SINR; RSRP above 0 dBm is outside every range.
/// The vendor publishes the ranges only as a picture: these are the customary NB-IoT grades (docs/behaviours.md).
struct CoverageRanges {
    std::array<double, 3> rsrp_dbm{-105, -115, -125};
    std::array<double, 3> sinr_db{7, -3, -8};

    friend bool operator==(const CoverageRanges&, const CoverageRanges&) = default;
};

/// The weaker of the two levels when both values are known, CellOnly when one is missing, NoCell without a cell.
CoverageClass classify(const RadioReport& report, const CoverageRanges& ranges);

/// One queue of the limiter: upgrades of the same cell in the same coverage class.
struct CellKey {
    CellId cell;  ///< empty for NoCell
    CoverageClass coverage = CoverageClass::CellOnly;

    friend bool operator==(const CellKey&, const CellKey&) = default;
    friend auto operator<=>(const CellKey&, const CellKey&) = default;
    friend std::ostream& operator<<(std::ostream& out, const CellKey& key) {
        return out << key.cell << '/' << key.coverage;
    }
};

}  // namespace cellwise::domain

template <>
struct std::hash<cellwise::domain::CellKey> {
    std::size_t operator()(const cellwise::domain::CellKey& key) const noexcept {
        return std::hash<std::string>{}(key.cell.text) * 31U + static_cast<std::size_t>(key.coverage);
    }
};
