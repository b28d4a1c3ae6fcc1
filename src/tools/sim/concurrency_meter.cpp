// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/concurrency_meter.hpp"

#include <algorithm>

namespace cellwise::sim {

std::uint32_t ClassLimits::of(CoverageClass coverage) const {
    switch (coverage) {
        case CoverageClass::Level0:
            return level0;
        case CoverageClass::Level1:
            return level1;
        case CoverageClass::Level2:
            return level2;
        case CoverageClass::CellOnly:
            return cell_only;
        case CoverageClass::NoCell:
            return no_cell;
    }
    return 0;
}

void ConcurrencyMeter::enter(const ClassKey& key) {
    auto& count = counts_[key];
    count.most = std::max(count.most, ++count.now);
}

void ConcurrencyMeter::enter_unanswered(const ClassKey& key) {
    auto& count = counts_[key];
    count.most_unanswered = std::max(count.most_unanswered, ++count.unanswered);
}

}  // namespace cellwise::sim
