// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/split_mix.hpp"

#include "cellwise/base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace cellwise::sim {

/// How bad the network is, each way.
struct NetworkQuality {
    double loss = 0;       ///< share of datagrams that never arrive (0..1)
    double duplicate = 0;  ///< share that arrives twice
    double reorder = 0;    ///< share that is held back, so that later ones overtake it
    Duration delay_least{0};
    Duration delay_most{0};
    Duration hold_back{200};  ///< how long, besides its delay, a datagram that is to be overtaken waits
};

/// One direction of one device's network. Every datagram takes the same number of draws, so the nth datagram meets
/// the same fate whatever came before. Without reordering the order is kept, whatever the delays.
class NetworkShim {
 public:
    NetworkShim(const NetworkQuality& quality, SplitMix64 random) : quality_(quality), random_(random) {}

    void offer(Bytes datagram, Timestamp now);
    /// What has arrived by now, in order of arrival.
    std::vector<Bytes> take_due(Timestamp now);
    std::optional<Timestamp> deadline() const;
    /// What is under way never arrives.
    void clear() { under_way_.clear(); }

    std::uint64_t offered() const { return offered_; }
    std::uint64_t lost() const { return lost_; }
    std::uint64_t duplicated() const { return duplicated_; }
    std::uint64_t held_back() const { return held_back_; }

 private:
    struct UnderWay {
        Timestamp arrives;
        Bytes datagram;
    };
    void put(Timestamp arrives, Bytes datagram);

    NetworkQuality quality_;
    SplitMix64 random_;
    std::vector<UnderWay> under_way_;  // by time of arrival; a handful
    Timestamp last_in_order_{};
    std::uint64_t offered_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t duplicated_ = 0;
    std::uint64_t held_back_ = 0;
};

}  // namespace cellwise::sim
