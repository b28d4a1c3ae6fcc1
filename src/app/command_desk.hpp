// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/command.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/command_codec.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/downlink.hpp"
#include "cellwise/ports/metrics.hpp"
#include "cellwise/ports/traffic_text.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

namespace cellwise::app {

/// Brings the commands to the devices: in order, one at a time per device, when the device listens and no upgrade of
/// it is under way. What happens to a command becomes an event, the event is stepped and committed by the database's
/// truth, and then the command leaves. Of a command nothing is in memory but that it is on its way. Loop thread only.
class CommandDesk {
 public:
    /// Codec and texts are used on the store thread: they outlive the database.
    struct Needs {
        ports::Database& database;
        ports::Clock& clock;
        ports::Downlink& downlink;
        const ports::CommandCodec& codec;
        const ports::TrafficText& texts;
        ports::Metrics& metrics;
    };
    /// What others have to do.
    struct Hooks {
        /// A command of the device has ended and the device was heard: what waited for that may begin.
        std::function<void(const DeviceId&)> device_heard = [](const DeviceId&) {};
        std::function<bool(const DeviceId&)> is_upgrading = [](const DeviceId&) { return false; };
        std::function<void()> pushes_committed = [] {};
    };

    /// `keep`: how long a command is kept after it has settled.
    CommandDesk(const Needs& needs, Hooks hooks, Duration keep = std::chrono::days{30});

    /// What was on its way when the process ended may have been heard. Once, before the first event of a device.
    Status recover();

    /// The device may listen; `upgrade_since` is when an upgrade began that waits for the device: what was there
    /// before it goes first, what came after it waits for its end. True: a command is on its way.
    bool take_turn(const DeviceId& device, std::optional<Timestamp> upgrade_since);
    void on_business_data(const DeviceId& device, ByteView payload);
    /// Deadlines that have passed, and what has been kept long enough. Call about once a second.
    void tick();

    // For whoever makes commands. --------------------------------------------------------------------------------
    /// The device is free and listens, and is kept so for this command until it is sent or given back.
    bool reserve(const DeviceId& device, const CommandId& command);
    void give_back(const DeviceId& device, const CommandId& command);
    /// A step was committed: tells who has to know, and sends the command if it is to be sent.
    void after_commit(const domain::CommandStep& step);

    using Stepped = std::function<void(const Result<domain::CommandStep>&)>;
    /// Steps the stored command in a transaction of its own. Errors: NotFound "command.not_found".
    void tell(const CommandId& id, domain::CommandEvent event, std::string result, Stepped done);

    std::size_t on_their_way() const { return on_its_way_.size(); }

 private:
    Needs needs_;
    Hooks hooks_;
    Duration keep_;
    std::unordered_map<DeviceId, CommandId> on_its_way_;
    /// Spares a look into the database at each uplink while nobody sends commands. May be true in vain, never false.
    bool any_pending_ = true;
    Timestamp erase_at_{};  ///< not before
    bool erasing_ = false;
    ports::Counter& sent_;
    ports::Counter& delivered_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< callbacks of the downlink hold it weakly

    using Stepping = std::function<Result<domain::CommandStep>(ports::Transaction&)>;

    void commit(Stepping work, Stepped done);
    void pass_deadlines();
    void erase_old();
    std::optional<domain::Command> next_of(const DeviceId& device);
    void on_outcome(const DeviceId& device, const CommandId& id, ports::DeliveryOutcome outcome);
    void send(const domain::Command& command);
};

/// What is told to a command, and how it is told to others.
struct CommandNews {
    domain::CommandEvent event;
    Timestamp now;
    const ports::TrafficText& texts;
    std::string result{};  ///< of the device's answer
};
/// Steps a command that is stored, and stores what comes of it and the push that tells of it. Part of a transaction.
Result<domain::CommandStep> step_stored(ports::Transaction& tx, domain::Command stored, const CommandNews& news);

}  // namespace cellwise::app
