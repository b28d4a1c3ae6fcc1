// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/network_shim.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::sim {

void NetworkShim::put(Timestamp arrives, Bytes datagram) {
    const auto later = std::upper_bound(under_way_.begin(), under_way_.end(), arrives,
                                        [](Timestamp at, const UnderWay& other) { return at < other.arrives; });
    under_way_.insert(later, UnderWay{arrives, std::move(datagram)});
}

void NetworkShim::offer(Bytes datagram, Timestamp now) {
    ++offered_;
    const bool is_lost = random_.chance(quality_.loss);
    const bool comes_twice = random_.chance(quality_.duplicate);
    const bool is_overtaken = random_.chance(quality_.reorder);
    const auto delay = random_.between(quality_.delay_least, quality_.delay_most);
    const auto second_delay = random_.between(quality_.delay_least, quality_.delay_most);
    if (is_lost) {
        ++lost_;
        return;
    }
    auto arrives = now + delay;
    if (is_overtaken) {
        ++held_back_;
        arrives += quality_.hold_back;
    } else {
        arrives = std::max(arrives, last_in_order_);
        last_in_order_ = arrives;
    }
    if (comes_twice) {
        ++duplicated_;
        put(arrives + second_delay, datagram);
    }
    put(arrives, std::move(datagram));
}

std::vector<Bytes> NetworkShim::take_due(Timestamp now) {
    std::vector<Bytes> due;
    auto end = under_way_.begin();
    for (; end != under_way_.end() && end->arrives <= now; ++end) due.push_back(std::move(end->datagram));
    under_way_.erase(under_way_.begin(), end);
    return due;
}

std::optional<Timestamp> NetworkShim::deadline() const {
    if (under_way_.empty()) return std::nullopt;
    return under_way_.front().arrives;
}

}  // namespace cellwise::sim
