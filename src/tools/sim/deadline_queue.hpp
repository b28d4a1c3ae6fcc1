// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace cellwise::sim {

/// The next deadline of each device of a fleet, in order of time.
class DeadlineQueue {
 public:
    /// In place of the one that the device had; nothing: it has none.
    void arm(std::uint32_t device, std::optional<Timestamp> due);
    /// The earliest that has come, which its device then no longer has; call until there is none.
    std::optional<std::uint32_t> take_due(Timestamp now);
    std::optional<Timestamp> next() const;

 private:
    std::set<std::pair<Timestamp, std::uint32_t>> order_;
    std::vector<std::optional<Timestamp>> armed_;  ///< by device
};

}  // namespace cellwise::sim
