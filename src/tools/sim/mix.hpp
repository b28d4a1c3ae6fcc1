// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/split_mix.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace cellwise::sim {

template <class T>
struct Weighted {
    T what;
    double weight = 1;

    friend bool operator==(const Weighted&, const Weighted&) = default;
};

/// Deals a mix out along a low-discrepancy sequence (Roberts, "R2"): every share comes up as often as it should, in
/// small fleets too, and two mixes dealt with two different steps meet in every combination.
/// An empty mix is T{} for all.
template <class T>
T deal(const std::vector<Weighted<T>>& mix, double start, double step, std::uint32_t index) {
    if (mix.empty()) return T{};
    const auto sum = [](double total, const Weighted<T>& share) { return total + share.weight; };
    const auto total = std::accumulate(mix.begin(), mix.end(), 0.0, sum);
    double whole = 0;
    auto at = std::modf(start + step * (index + 1.0), &whole) * total;
    for (const auto& share : mix) {
        if (at < share.weight) return share.what;
        at -= share.weight;
    }
    return mix.back().what;
}
inline constexpr double kDialectStep = 0.7548776662466927;
inline constexpr double kFaultStep = 0.5698402909980532;

/// Where a fleet begins to deal its two mixes.
struct DealStarts {
    double dialect;
    double fault;

    static DealStarts of(std::uint64_t seed, std::uint64_t purpose) {
        constexpr std::uint64_t kFleet = ~std::uint64_t{0};  // no device: the fleet's own draws
        auto random = SplitMix64::of(seed, kFleet, purpose);
        const auto dialect = random.unit();
        return {dialect, random.unit()};
    }
};

/// Whether a mix may deal one that is so.
template <class T, class Predicate>
bool deals_any(const std::vector<Weighted<T>>& mix, Predicate is_so) {
    return std::any_of(mix.begin(), mix.end(),
                       [&is_so](const Weighted<T>& share) { return share.weight > 0 && is_so(share.what); });
}

/// A device's number as its names bear it: eight digits.
inline std::string eight_digits(std::uint64_t number) {
    auto digits = std::to_string(number);
    if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
    return digits;
}

}  // namespace cellwise::sim
