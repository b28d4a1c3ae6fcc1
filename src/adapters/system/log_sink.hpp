// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace cellwise::system {

enum class LogFormat { Text, Json };

/// Sends log lines to standard error from a thread of its own, so that a full pipe never holds up the loop: when
/// `queue` lines wait, the oldest is lost and counted. Make it before threads start and keep it until they have
/// ended; at its end everything queued is written. What is logged later still reaches standard error, then without a
/// queue.
class LogSink {
 public:
    explicit LogSink(LogFormat format, std::size_t queue = 4096);
    ~LogSink();
    LogSink(const LogSink&) = delete;
    LogSink& operator=(const LogSink&) = delete;

    std::uint64_t lost_lines() const;

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cellwise::system
