// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/agent.hpp"
#include "tools/sim/split_mix.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cellwise::sim::mqtt {

/// What the world has to do for a device, in this order.
struct Connect {
    std::string client_id{};
    std::string password{};
    bool subscribes = false;
};
struct Publish {
    std::string topic{};
    std::string payload{};
    bool is_result = false;  ///< the device is to be told when the broker has confirmed it
};
struct Drop {               ///< the connection
    bool is_clean = false;  ///< with a DISCONNECT
};
using Action = std::variant<Connect, Publish, Drop, Hush, Fetch, Abandon>;

struct LinkCounters {
    std::uint64_t connections = 0;
    std::uint64_t refusals = 0;  ///< CONNECT answered with an error
    std::uint64_t losses = 0;    ///< connections that ended without the device's will
    std::uint64_t reboots = 0;
};

/// One simulated MQTT device: its power, its connection and its upgrade agent. No I/O and no clock: what happened and
/// the time in, actions and deadlines out. After every call take_actions(); call on_timer() at deadline().
class DeviceMachine {
 public:
    struct Setup {
        RadioNames radio_names{};
        std::uint64_t seed = 1;
        Duration time_of_day{0};  ///< what makes the time of day of `now`
        bool connect_only = false;
    };
    DeviceMachine(Script script, const Timing& timing, const Setup& setup);
    DeviceMachine(const DeviceMachine&) = delete;
    DeviceMachine& operator=(const DeviceMachine&) = delete;

    void start(Timestamp now) { boot(now); }
    void on_connected(Timestamp now);
    void on_refused(Timestamp now);
    void on_closed(Timestamp now);
    void on_message(std::string_view topic, std::string_view payload, Timestamp now);
    /// The broker has the result that was published first of those that it had not.
    void on_result_confirmed();
    void on_fetched(const FetchOutcome& outcome, Timestamp now);
    void on_timer(Timestamp now);
    std::optional<Timestamp> deadline() const;
    std::vector<Action> take_actions() { return std::exchange(actions_, {}); }

    bool is_upgrading() const { return agent_.record().in_upgrade; }
    End end() const;
    bool is_settled() const;
    bool is_connected() const { return link_ == Link::Up; }
    const Script& script() const { return script_; }
    const Record& record() const { return agent_.record(); }
    const LinkCounters& counters() const { return counters_; }

 private:
    enum class Link { Down, Connecting, Up };
    enum class Power { Off, On, Dead };

    void boot(Timestamp now);
    void connect();
    void back_off(Timestamp now);
    void report_data(Timestamp now);
    void publish_result(const std::string& payload);
    /// Does what the agent wishes.
    void settle(Timestamp now);
    void do_wish(Wish& wish, Timestamp now);
    void say(const Say& said, Timestamp now);
    void power_off(const PowerOff& off, Timestamp now);
    void lose_link() { link_ = Link::Down; }
    void publish(std::string topic, std::string payload);
    Timestamp time_of_day(Timestamp now) const { return now + setup_.time_of_day; }

    Script script_;
    const Timing& timing_;
    const Setup& setup_;
    SplitMix64 random_;
    Agent agent_;
    Power power_ = Power::Off;
    Link link_ = Link::Down;
    bool is_hushed_ = false;
    bool has_connected_ = false;
    std::optional<Timestamp> boots_at_;
    std::optional<Timestamp> connects_at_;
    std::optional<Timestamp> reports_at_;
    Duration backoff_{0};
    std::deque<std::string> results_;  ///< that the broker has not confirmed
    LinkCounters counters_;
    Timestamp now_{};
    std::vector<Action> actions_;
};

}  // namespace cellwise::sim::mqtt
