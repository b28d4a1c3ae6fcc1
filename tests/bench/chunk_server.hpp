// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/server.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

namespace cellwise::bench {

/// What cellwised is between its socket and its database, wired as the daemon wires it, on a loop of its own: every
/// device is registered, observed and downloading when it begins.
class ChunkServer final : public Server {
 public:
    /// `devices_port`: what all devices speak from, each by an address of its own.
    ChunkServer(std::uint32_t devices, std::uint16_t devices_port);
    ~ChunkServer() override;

    std::uint16_t port() const override;
    pthread_t thread() override { return thread_.native_handle(); }
    std::uint64_t commits() const;
    /// Until the time of each device's last word is due to be written, 20 s after it was.
    void wait_until_due() const;
    /// Until nothing waits to be written.
    void wait_until_written() const;
    std::size_t jobs() const { return jobs_; }

 private:
    struct Parts;

    fakes::TemporaryDirectory directory_{};
    std::unique_ptr<Parts> parts_;
    std::chrono::steady_clock::time_point ready_at_{};
    std::size_t jobs_ = 0;
    std::thread thread_;
};

}  // namespace cellwise::bench
