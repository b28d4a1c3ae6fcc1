// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/server.hpp"

#include <thread>

namespace cellwise::bench {

/// What UDP itself costs: to a datagram of a notification's size go two of the sizes of its confirmation and of the
/// chunk write; one of the size of a confirmation is taken and forgotten. It looks at nothing but the size.
class EchoServer final : public Server {
 public:
    enum class Calls {
        OneByOne,   ///< recvfrom(2) and sendto(2)
        ByTheBatch  ///< recvmmsg(2) and sendmmsg(2), 64 at once
    };
    explicit EchoServer(Calls calls);
    ~EchoServer() override;

    std::uint16_t port() const override { return socket_.port(); }
    pthread_t thread() override { return thread_.native_handle(); }

 private:
    void serve_one_by_one();
    void serve_by_the_batch();

    BenchSocket socket_{};
    std::thread thread_;
};

}  // namespace cellwise::bench
