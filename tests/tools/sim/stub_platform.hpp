// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/coap/message.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/domain/pcp.hpp"

#include <netinet/in.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace cellwise::sim::test {

/// The least platform that upgrades a fleet over real UDP: registers, observes, asks 19, gives slots, serves chunks,
/// says 23, answers 24. It repeats its one request of a device until that is answered. In a thread of its own.
class StubPlatform {
 public:
    struct Setup {
        domain::Version target{};
        Bytes payload{};
        std::uint16_t chunk_size = 32;
        std::size_t slots = 1'000;  ///< upgrades at once
        bool executes_twice = false;
        bool corrupts_a_byte = false;
    };
    explicit StubPlatform(Setup setup);
    ~StubPlatform();
    StubPlatform(const StubPlatform&) = delete;
    StubPlatform& operator=(const StubPlatform&) = delete;

    std::uint16_t port() const { return port_; }

 private:
    using Steady = std::chrono::steady_clock;
    enum class Stage { Query, Line, Upgrade, Done };
    struct Device {
        std::string endpoint;
        sockaddr_in address{};
        Stage stage = Stage::Query;
        bool executed = false;
        std::deque<lwm2m::coap::Message> line;  ///< the first is under way
        Steady::time_point again_at{};
    };

    void run();
    void on_message(const lwm2m::coap::Message& message, const sockaddr_in& from);
    void on_request(const lwm2m::coap::Message& message, const sockaddr_in& from);
    void on_uplink(std::size_t index, const domain::pcp::DeviceMessage& said);
    void say(std::size_t index, const domain::pcp::PlatformMessage& message);
    void observe(std::size_t index);
    void enqueue(std::size_t index, lwm2m::coap::Message message);
    void send(const Device& device, const lwm2m::coap::Message& message);
    void repeat();
    void finish(std::size_t index);
    void give_slots();

    Setup setup_;
    int descriptor_ = -1;
    std::uint16_t port_ = 0;
    std::uint16_t last_id_ = 0;
    std::uint32_t last_token_ = 0;
    std::map<std::string, std::size_t> by_endpoint_;
    std::vector<Device> devices_;
    std::size_t in_use_ = 0;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

}  // namespace cellwise::sim::test
