// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mqtt/broker_connection.hpp"
#include "adapters/mqtt/broker_url.hpp"

#include "cellwise/base/time.hpp"
#include "cellwise/ports/executor.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <thread>

namespace cellwise::mqtt {

/// A connection by Paho, MQTT 3.1.1. Paho's own locks are held while it resolves names and connects, so all its calls
/// are made on a thread of ours; its callbacks only copy and post.
class PahoConnection final : public BrokerConnection {
 public:
    struct Options {
        BrokerUrl url{};
        std::string client_id{};
        std::string username{};
        std::string password{};
        std::string ca_file{};  ///< for TLS; empty: the system's authorities
        Duration connect_timeout{10'000};
        Duration keep_alive{30'000};
        int in_flight = 100;
        /// Messages that came and that the loop has not seen. At the bound the connection is not read any more.
        std::size_t most_waiting = 10'000;
    };

    PahoConnection(Options options, ports::Executor& loop);
    /// Waits a second at most for Paho; should it take longer, its thread is left to itself.
    ~PahoConnection() override;

    void listen(BrokerEvents& events) override;
    void connect() override;
    void close() override;
    void subscribe(std::vector<std::string> filters, std::size_t needed) override;
    void publish(std::uint64_t number, std::string topic, std::string payload) override;

 private:
    class Session;
    struct Shared;
    std::shared_ptr<Shared> shared_;
    std::thread thread_;
};

}  // namespace cellwise::mqtt
