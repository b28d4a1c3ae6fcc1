// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/deadline_queue.hpp"

namespace cellwise::sim {

void DeadlineQueue::arm(std::uint32_t device, std::optional<Timestamp> due) {
    if (device >= armed_.size()) armed_.resize(device + std::size_t{1});
    auto& armed = armed_[device];
    if (due == armed) return;
    if (armed) order_.erase({*armed, device});
    armed = due;
    if (due) order_.emplace(*due, device);
}

std::optional<std::uint32_t> DeadlineQueue::take_due(Timestamp now) {
    if (order_.empty() || order_.begin()->first > now) return std::nullopt;
    const auto device = order_.begin()->second;
    order_.erase(order_.begin());
    armed_[device].reset();
    return device;
}

std::optional<Timestamp> DeadlineQueue::next() const {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->first);
}

}  // namespace cellwise::sim
