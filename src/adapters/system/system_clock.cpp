// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/system_clock.hpp"

namespace cellwise::system {

Timestamp SystemClock::now() const { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

MonotonicClock::MonotonicClock() : start_(std::chrono::steady_clock::now()) {}

Timestamp MonotonicClock::now() const {
    return Timestamp{std::chrono::floor<Duration>(std::chrono::steady_clock::now() - start_)};
}

}  // namespace cellwise::system
