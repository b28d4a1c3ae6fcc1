// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace cellwise {

/// Wall-clock instants and spans, to the millisecond: the grain of what is stored and of what goes over the wire.
using Duration = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<Duration>;

constexpr std::int64_t to_unix_ms(Timestamp at) { return at.time_since_epoch().count(); }
constexpr Timestamp from_unix_ms(std::int64_t ms) { return Timestamp{Duration{ms}}; }

}  // namespace cellwise
