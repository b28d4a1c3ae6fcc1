// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/server.hpp"

#include <atomic>
#include <thread>

namespace cellwise::bench {

/// The peer to beat: a server of libcoap and nothing else, which answers GET /19/1/0 with as many bytes as a chunk's
/// frame has.
class LibcoapServer final : public Server {
 public:
    LibcoapServer();
    ~LibcoapServer() override;

    std::uint16_t port() const override { return port_; }
    pthread_t thread() override { return thread_.native_handle(); }

 private:
    void serve();

    std::atomic<bool> stops_{false};
    std::atomic<std::uint16_t> port_{0};  ///< 0 until it listens
    std::thread thread_;
};

}  // namespace cellwise::bench
