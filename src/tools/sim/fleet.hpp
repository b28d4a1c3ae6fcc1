// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/concurrency_meter.hpp"
#include "tools/sim/deadline_queue.hpp"
#include "tools/sim/device_machine.hpp"
#include "tools/sim/fleet_part.hpp"
#include "tools/sim/network_shim.hpp"
#include "tools/sim/plan.hpp"
#include "tools/sim/udp_socket.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace cellwise::sim {

/// The LwM2M devices of a run over real sockets: every device has its machine, its two network shims and a socket of
/// its own; one epoll and one ordered set of deadlines move them all.
class Fleet final : public FleetPart {
 public:
    Fleet(const Plan& plan, ConcurrencyMeter& meter);
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;
    ~Fleet() override;

    /// Errors: those of udp_socket.hpp.
    Status open(Timestamp now) override;
    int descriptor() const override { return epoll_; }
    std::optional<Timestamp> deadline() const override;
    void turn(Timestamp now) override;
    bool is_done() const override { return settled_ == members_.size(); }
    Progress progress() const override;
    std::string take_news(Duration span) override;
    void add_to(FleetReport& report) const override;

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
    };
    Status open_sockets();
    Status open_socket(std::uint32_t index);
    void receive(std::uint32_t index);
    void fire(std::uint32_t index);
    void deliver_due(Member& member);
    /// After anything that may have changed a device: sends what it says, counts it, arms its next deadline.
    void follow_up(std::uint32_t index);
    void count(Member& member);
    void arm(std::uint32_t index);
    DeviceResult result_of(const Member& member) const;

    const Plan& plan_;
    Timing timing_;
    std::optional<ServerAddress> server_;
    int epoll_ = -1;
    std::deque<Member> members_;
    DeadlineQueue deadlines_;
    ConcurrencyMeter& meter_;
    Timestamp started_at_{};
    Timestamp now_{};
    std::size_t settled_ = 0;
    std::uint64_t chunks_ = 0;
    std::uint64_t reported_chunks_ = 0;
    std::optional<Timestamp> first_chunk_at_;
    Timestamp last_chunk_at_{};
    std::uint64_t unsendable_ = 0;
};

}  // namespace cellwise::sim
