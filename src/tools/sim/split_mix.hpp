// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"

#include <cstdint>

namespace cellwise::sim {

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (2014). Written out, because the standard's
/// distributions give other numbers with another library, and a seed must mean the same fleet everywhere.
class SplitMix64 {
 public:
    explicit constexpr SplitMix64(std::uint64_t seed) : state_(seed) {}

    /// A generator of its own for one purpose of one device: what one draws moves no other.
    static constexpr SplitMix64 of(std::uint64_t seed, std::uint64_t device, std::uint64_t purpose) {
        SplitMix64 mixer(seed);
        mixer.state_ = mixer.next() ^ (device * 0xD1B54A32D192ED03ULL);
        mixer.state_ = mixer.next() ^ (purpose * 0xABC98388FB8FAC03ULL);
        return SplitMix64(mixer.next());
    }

    constexpr std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31U);
    }

    /// 0 <= x < 1
    constexpr double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    /// Always draws once, so that the next decision is the same whatever the probability.
    constexpr bool chance(double probability) { return unit() < probability; }
    /// Both ends included.
    constexpr std::int64_t between(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(unit() * static_cast<double>(most - least + 1));
    }
    constexpr Duration between(Duration least, Duration most) {
        return Duration{between(least.count(), most.count())};
    }

 private:
    std::uint64_t state_;
};

}  // namespace cellwise::sim
