// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mqtt/broker_connection.hpp"
#include "adapters/mqtt/emqx_events.hpp"
#include "adapters/mqtt/send_window.hpp"

#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/metrics.hpp"
#include "cellwise/ports/mqtt.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace cellwise::mqtt {

/// Keeps the link to the broker up, and is the daemon's way to devices and theirs to it (docs/mqtt.md). Publishes
/// only while it is up and subscribed; whatever is under way when it is lost is told so. Loop thread only, but for
/// state().
class BrokerLink final : public ports::MqttDownlink, private BrokerEvents {
 public:
    struct Needs {
        BrokerConnection& connection;
        ports::MqttEvents& events;
        ports::Executor& loop;
        ports::Clock& clock;   ///< the time of day, which messages bear
        ports::Clock& steady;  ///< never set back
        ports::Metrics& metrics;
    };
    struct Options {
        SendWindow::Limits window{};
        Duration patience{20'000};    ///< with one attempt to connect and subscribe
        Duration first_pause{1'000};  ///< after a failed attempt; doubled each time
        Duration longest_pause{30'000};
        std::size_t early_messages = 20'000;  ///< that may come before the subscription is confirmed
        std::size_t ending = 100'000;         ///< sessions to be ended, of which the broker has not been told yet
    };
    struct State {
        bool up = false;
        std::string detail{};  ///< why it is not
    };

    BrokerLink(const Needs& needs, const Options& options);

    /// Begins to try; never gives up.
    void start();
    void tick();
    /// Ends the link for good: everything under way is told.
    void stop();
    /// Callable from any thread.
    State state() const;
    /// What EMQX tells of a session, by a topic or by a rule. Loop thread.
    void on_emqx(const EmqxEvent& event);

    void query_version(std::string_view device, Outcome outcome) override;
    void send_upgrade(std::string_view device, const domain::mqtt::UpgradeNotice& notice, Outcome outcome) override;
    void end_session(std::string_view device) override;
    bool is_linked() const override { return phase_ == Phase::Up; }

 private:
    enum class Phase { Stopped, Pausing, Connecting, Subscribing, Up };

    void on_connected() override;
    void on_disconnected(const std::string& reason) override;
    void on_subscribed(bool granted) override;
    void on_published(std::uint64_t number, bool confirmed) override;
    void on_message(const std::string& topic, const std::string& payload) override;
    void on_batch_end() override;

    void connect();
    /// Closes the connection, tells whoever waited, and pauses.
    void lose(const std::string& reason);
    void send(std::string_view device, std::string payload, Outcome outcome);
    void ask_presence();
    void end_sessions();
    void pump();
    void take_in(const std::string& topic, const std::string& payload);
    bool take_presence(std::string_view topic, std::string_view payload);
    void take_device(std::string_view device, std::string_view rest, std::string_view payload);
    void take_events(std::string_view device, std::string_view payload);
    void set_state(bool up, std::string detail);

    Needs needs_;
    const Options options_;
    SendWindow window_;
    EmqxSessions emqx_{};
    Phase phase_ = Phase::Stopped;
    Timestamp due_{};  ///< the end of the pause, or of the patience
    Duration pause_{};
    bool said_down_ = false;  ///< the log has it, once until it is up again
    std::deque<std::pair<std::string, std::string>> early_{};
    std::set<std::string, std::less<>> ending_{};  ///< names of sessions that the broker is still to end

    ports::Gauge& up_;
    ports::Counter& heard_;
    ports::Counter& malformed_;
    ports::Counter& confirmed_;
    ports::Counter& unconfirmed_;
    ports::Counter& online_;
    ports::Counter& listed_;
    ports::Counter& offline_;

    mutable std::mutex mutex_;  ///< of the state, which HTTP threads ask for
    State state_{};
};

}  // namespace cellwise::mqtt
