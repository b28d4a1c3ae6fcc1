// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/concurrency_meter.hpp"
#include "tools/sim/device_machine.hpp"
#include "tools/sim/fleet_report.hpp"
#include "tools/sim/network_shim.hpp"
#include "tools/sim/plan.hpp"
#include "tools/sim/udp_socket.hpp"

#include "cellwise/ports/clock.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

namespace cellwise::sim {

/// Runs a fleet over real sockets, in the thread that calls run(): every device has its machine, its two network
/// shims and a socket of its own; one epoll and one ordered set of deadlines move them all.
class Fleet {
 public:
    /// `clock` must not jump. `progress` gets a line every `plan.report_interval`; may be null.
    Fleet(const Plan& plan, const ports::Clock& clock, std::ostream* progress);
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;
    ~Fleet();

    /// Until every device is done (if the plan says so), the timeout, or `stop`, which may be set by another thread
    /// or a signal handler and is looked at 10 times a second. Errors: those of udp_socket.hpp.
    Status run(const std::atomic<bool>& stop);
    FleetReport report() const;

 private:
    struct Member {
        Member(Script script, const Timing& timing, const Plan& plan);
        DeviceMachine machine;
        NetworkShim up;
        NetworkShim down;
        UdpSocket socket{};
        ClassKey key{};
        Timestamp starts_at{};
        bool has_started = false;
        bool is_upgrading = false;
        bool is_unanswered = false;
        bool is_settled = false;
        std::uint64_t chunks = 0;
        std::optional<Timestamp> ended_at{};
        std::optional<Timestamp> armed{};
    };
    struct Progress;

    Status open_sockets();
    Status open_socket(std::uint32_t index);
    void wait_and_receive();
    void receive(std::uint32_t index);
    void fire_deadlines();
    void fire(std::uint32_t index);
    void deliver_due(Member& member);
    /// After anything that may have changed a device: sends what it says, counts it, arms its next deadline.
    void follow_up(std::uint32_t index);
    void count(Member& member);
    void arm(std::uint32_t index);
    bool is_over(const std::atomic<bool>& stop);
    void report_progress();
    DeviceResult result_of(const Member& member) const;

    const Plan& plan_;
    const ports::Clock& clock_;
    std::ostream* progress_;
    Timing timing_;
    std::optional<ServerAddress> server_;
    int epoll_ = -1;
    std::deque<Member> members_;
    std::set<std::pair<Timestamp, std::uint32_t>> deadlines_;
    ConcurrencyMeter meter_;
    Timestamp started_at_{};
    Timestamp now_{};
    Timestamp next_report_{};
    StopReason stop_reason_ = StopReason::AllDone;
    std::size_t settled_ = 0;
    std::uint64_t chunks_ = 0;
    std::uint64_t reported_chunks_ = 0;
    std::optional<Timestamp> first_chunk_at_;
    Timestamp last_chunk_at_{};
    std::uint64_t unsendable_ = 0;
};

}  // namespace cellwise::sim
