// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace cellwise::bench {

/// MQTT devices that log in as real ones do, subscribe to nothing, confirm whatever comes, and do no more: a socket
/// each, on one thread. What is counted is what reached them.
class MqttDevices {
 public:
    /// All are logged in when it returns; exits with a message if that does not come about.
    MqttDevices(std::uint16_t port, int count);
    ~MqttDevices();
    MqttDevices(const MqttDevices&) = delete;
    MqttDevices& operator=(const MqttDevices&) = delete;

    static std::string name_of(int device) { return "bench-" + std::to_string(device); }
    std::uint64_t messages() const { return messages_; }

 private:
    void log_in(std::uint16_t port, int device);
    void serve();
    void read(int device);
    /// One packet of the broker's; its length, or 0 if it is not whole yet.
    std::size_t take(int socket, const std::string& bytes, std::size_t at);

    int epoll_ = -1;
    std::vector<int> sockets_{};
    std::vector<std::string> received_{};
    std::atomic<std::uint64_t> accepted_{0};
    std::atomic<std::uint64_t> messages_{0};
    std::atomic<bool> stops_{false};
    std::thread thread_{};
};

}  // namespace cellwise::bench
