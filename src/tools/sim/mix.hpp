// SPDX-License-Identifier: Apache-2.0
#pragma once

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
template <class T>
const T& deal(const std::vector<Weighted<T>>& mix, double start, double step, std::uint32_t index) {
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

/// A device's number as its names bear it: eight digits.
inline std::string eight_digits(std::uint64_t number) {
    auto digits = std::to_string(number);
    if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
    return digits;
}

}  // namespace cellwise::sim
