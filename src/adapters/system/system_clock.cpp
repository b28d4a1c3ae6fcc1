// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/system_clock.hpp"

#include <ctime>

namespace cellwise::system {

/// As the kernel's last tick left it, at most some milliseconds ago. A step of a job asks a dozen times; to work out
/// what has passed since the tick would take a twentieth of all that a chunk takes.
Timestamp SystemClock::now() const {
    timespec at{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &at);
    return Timestamp{
        std::chrono::floor<Duration>(std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec})};
}

MonotonicClock::MonotonicClock() : start_(std::chrono::steady_clock::now()) {}

Timestamp MonotonicClock::now() const {
    return Timestamp{std::chrono::floor<Duration>(std::chrono::steady_clock::now() - start_)};
}

}  // namespace cellwise::system
