// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/coverage.hpp"

#include <cstdint>
#include <map>
#include <tuple>

namespace cellwise::sim {

using domain::CoverageClass;

/// How many upgrades of one cell may run at once, per class.
struct ClassLimits {
    std::uint32_t level0 = 50;
    std::uint32_t level1 = 10;
    std::uint32_t level2 = 1;
    std::uint32_t cell_only = 10;
    std::uint32_t no_cell = 0;  ///< of the whole fleet; LwM2M devices without a cell are not to be upgraded at all

    std::uint32_t of(CoverageClass coverage) const;
};

/// One queue of the daemon's limiter, as the simulator sees it.
struct ClassKey {
    std::int64_t cell = 0;  ///< 0 for NoCell
    CoverageClass coverage = CoverageClass::NoCell;

    friend auto operator<=>(const ClassKey&, const ClassKey&) = default;
};

/// Counts how many devices upgrade at once per cell and class, and keeps the greatest number.
class ConcurrencyMeter {
 public:
    struct Count {
        std::uint32_t devices = 0;
        std::uint32_t now = 0;
        std::uint32_t most = 0;
        std::uint32_t most_unanswered = 0;  ///< the same, up to the platform's answer: may exceed the limit rightly
        std::uint32_t unanswered = 0;
    };

    void add_device(const ClassKey& key) { ++counts_[key].devices; }
    void enter(const ClassKey& key);
    void leave(const ClassKey& key) { --counts_[key].now; }
    void enter_unanswered(const ClassKey& key);
    void leave_unanswered(const ClassKey& key) { --counts_[key].unanswered; }

    const std::map<ClassKey, Count>& counts() const { return counts_; }

 private:
    std::map<ClassKey, Count> counts_;
};

}  // namespace cellwise::sim
