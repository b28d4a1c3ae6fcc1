// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_link.hpp"
#include "app/mqtt_presence.hpp"
#include "app/mqtt_upgrades.hpp"

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/coverage.hpp"
#include "cellwise/domain/product.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/metrics.hpp"
#include "cellwise/ports/mqtt.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace cellwise::app {

/// Knows which MQTT devices are online, by which name, and where they are on the radio; stands between the broker and
/// the upgrades. A device's name is its id or, for one that was given its name elsewhere, its node id. Loop thread
/// only.
class MqttGateway final : public ports::MqttEvents, public UrlLink {
 public:
    struct Needs {
        ports::Database& database;
        ports::Clock& clock;
        ports::Executor& loop;
        ports::MqttDownlink& downlink;
        ports::Metrics& metrics;
        MqttPresence& presence;
    };
    struct Options {
        /// A device that subscribes by itself gets this long for it after it logged in.
        Duration settle = std::chrono::seconds{2};
        /// Who was online before we were may have told its radio to a daemon that was killed before it stored that:
        /// so long its next report is waited for, if `limits.radio` allows.
        Duration radio_patience = std::chrono::minutes{5};
        /// At most so many are remembered as online; others are not upgraded until there is room.
        std::size_t max_online = 1'000'000;
    };

    explicit MqttGateway(const Needs& needs) : MqttGateway(needs, Options{}) {}
    MqttGateway(const Needs& needs, const Options& options);
    /// Once, before the first event: the upgrades need the gateway, too.
    void serve(MqttUpgrades& upgrades) { upgrades_ = &upgrades; }

    void on_link(bool up) override;
    void on_online(std::string_view name, bool fresh) override;
    void on_offline(std::string_view name) override;
    void on_heard(std::string_view name) override;
    void on_version(std::string_view name, const domain::mqtt::VersionReport& report) override;
    void on_progress(std::string_view name, const domain::mqtt::ProgressReport& report) override;
    void on_properties(std::string_view name, std::span<const domain::mqtt::ServiceProperties> report) override;
    void on_uplink(std::string_view name, ByteView payload) override;

    void ask_version(const DeviceId& device, Outcome outcome) override;
    /// No question to the device: what it said last, else the cell that somebody entered for it. Answered late, or
    /// Asleep when it leaves, where the next report is waited for.
    void read_radio(const DeviceId& device, RadioAnswer answer) override;
    void send_upgrade(const DeviceId& device, const domain::mqtt::UpgradeNotice& notice, Outcome outcome) override;
    bool is_awake(const DeviceId& device) override;

    /// It may log in no more as it did: the broker ends the sessions that it has by its id or its node id.
    void shut_out(const domain::Device& former);
    /// The device was erased: what its name says from now on is somebody else's.
    void forget(const DeviceId& device);
    /// Those who have settled, and what is written behind. Call about once a second.
    void tick();
    std::size_t online() const { return sessions_.size(); }

 private:
    struct Session {
        std::string name{};
        DeviceId device{};
        ProductId product{};
        Timestamp listens_at{};
        bool fresh = false;      ///< it began while we looked
        bool announced = false;  ///< the upgrades know of it
        std::optional<Timestamp> seen_saved_at{};
        std::optional<domain::RadioReport> radio{};  ///< null: not looked up yet
        RadioAnswer radio_waits{};                   ///< to be told what it reports next
    };
    struct Profile {
        domain::MqttProfile profile{};
        Timestamp read_at{};
    };
    /// What is to be written of a device.
    struct Soft {
        std::optional<domain::RadioReport> radio{};
        std::optional<Timestamp> seen_at{};
    };

    ports::Database& database_;
    ports::Clock& clock_;
    ports::Executor& loop_;
    ports::MqttDownlink& downlink_;
    MqttPresence& presence_;
    Options options_;
    MqttUpgrades* upgrades_ = nullptr;
    std::unordered_map<std::string, std::unique_ptr<Session>> sessions_;  ///< by name
    std::unordered_map<DeviceId, Session*> by_device_;
    std::deque<std::pair<Timestamp, std::string>> settling_;
    std::unordered_map<ProductId, Profile> profiles_;
    std::unordered_map<DeviceId, Soft> unsaved_;
    ports::Gauge& online_;
    ports::Counter& strangers_;

    Session* find(std::string_view name);
    Session* open(std::string_view name);
    void close(std::string_view name);
    void drop(std::string_view name);
    Result<std::optional<domain::Device>> device_named(std::string_view name);
    void refuse_stranger(std::string_view name);
    const domain::MqttProfile& profile_of(const ProductId& product);
    domain::RadioReport known_radio(const DeviceId& device);
    void announce(Session& session);
    void note_seen(Session& session);
    void save();
    void take_radio(Session& session, const domain::RadioReport& fresh);
    bool may_have_told_its_radio(const Session& session) const;
    void stop_waiting(Session& session);
    void say_radio(RadioAnswer answer, const domain::RadioReport& report);
    Session* listening(const DeviceId& device);
    void say_asleep(Outcome outcome);
};

}  // namespace cellwise::app
