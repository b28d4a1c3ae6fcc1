// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/concurrency_meter.hpp"
#include "tools/sim/deadline_queue.hpp"
#include "tools/sim/fleet_part.hpp"
#include "tools/sim/mqtt/bare_lf_downloader.hpp"
#include "tools/sim/mqtt/broker_session.hpp"
#include "tools/sim/mqtt/curl_downloader.hpp"
#include "tools/sim/mqtt/device_machine.hpp"
#include "tools/sim/mqtt/plan.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace cellwise::sim::mqtt {

/// The MQTT devices of a run: every device has its machine, its connection to the broker and at most one download;
/// one epoll and one ordered set of deadlines move them all.
class Fleet final : public FleetPart {
 public:
    /// `time_of_day`: what makes the time of day of the `now` that open() and turn() get.
    Fleet(const Plan& plan, ConcurrencyMeter& meter, Duration time_of_day);
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;
    ~Fleet() override;

    /// Errors: those of Downloader::open, Unavailable "sim.descriptors".
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
        Member(Script script, const Timing& timing, const DeviceMachine::Setup& setup);
        DeviceMachine machine;
        std::unique_ptr<BrokerSession> session{};
        ClassKey key{};
        std::set<int> unconfirmed_results{};  ///< ids of this session
        bool subscribes = false;
        bool is_hushed = false;
        std::uint32_t watched = 0;  ///< what epoll looks for; 0: nothing
        std::optional<Timestamp> pings_at{};
        Timestamp starts_at{};
        bool has_started = false;
        bool is_upgrading = false;
        bool is_settled = false;
        std::optional<Timestamp> ended_at{};
    };

    Status watch(int descriptor, std::uint64_t name);
    void take_outcomes(Downloader& downloader);
    void fire(std::uint32_t index);
    /// Carries what happened on the connection to the machine and what that wants to the world, until both are quiet;
    /// then counts the device and arms its next deadline.
    void follow_up(std::uint32_t index);
    bool take_session_events(Member& member);
    void act(std::uint32_t index, Action& action);
    void connect(Member& member, const Connect& how);
    void publish(Member& member, const Publish& message);
    void fetch(std::uint32_t index, const Fetch& what);
    void drop(Member& member, bool is_clean);
    void watch_session(std::uint32_t index);
    void count(Member& member);
    void arm(std::uint32_t index);

    const Plan& plan_;
    Timing timing_;
    DeviceMachine::Setup setup_;
    CurlDownloader curl_;
    BareLfDownloader bare_lf_;
    int epoll_ = -1;
    std::deque<Member> members_;
    DeadlineQueue deadlines_;
    ConcurrencyMeter& meter_;
    Timestamp started_at_{};
    Timestamp now_{};
    std::size_t settled_ = 0;
    std::uint64_t published_ = 0;
    std::uint64_t arrived_ = 0;
    std::uint64_t fetched_ = 0;  ///< files
    std::uint64_t reported_fetched_ = 0;
};

}  // namespace cellwise::sim::mqtt
