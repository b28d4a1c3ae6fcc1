// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/command_inbox.hpp"
#include "tools/sim/lwm2m_client.hpp"
#include "tools/sim/script.hpp"
#include "tools/sim/timing.hpp"
#include "tools/sim/upgrade_agent.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace cellwise::sim {

/// What the world has to do for a device: first the port, then the datagrams, then the power.
struct DeviceOutput {
    bool new_port = false;  ///< close the socket, come back from another one
    std::vector<Bytes> datagrams{};
    bool off = false;  ///< power went: nothing that is under way arrives
};

/// Until when an upgrade counts as one of those that run at once in its cell.
enum class CountUntil {
    Result,   ///< the device has said how it ended
    Download  ///< the device has said that it has the package
};

/// One simulated NB-IoT device: its power, its sleep, its LwM2M client and its upgrade agent. No I/O and no clock:
/// datagrams and time in, datagrams and deadlines out. After every call take_output(); call on_timer() at deadline().
class DeviceMachine {
 public:
    DeviceMachine(Script script, const Timing& timing, std::uint64_t seed, bool register_only = false);
    DeviceMachine(const DeviceMachine&) = delete;
    DeviceMachine& operator=(const DeviceMachine&) = delete;

    /// Power comes, for the first time.
    void start(Timestamp now);
    void on_datagram(ByteView datagram, Timestamp now);
    void on_timer(Timestamp now);
    std::optional<Timestamp> deadline() const;
    DeviceOutput take_output();

    /// Has power and its radio listens.
    bool listens(Timestamp now) const;
    /// Counts as one of those that upgrade at this instant: surely so, whatever the network lost. A device that may
    /// have been given up by the platform (silent for `idle_limit`) does not count until the platform proves that it
    /// has a slot again.
    bool is_upgrading(Timestamp now, CountUntil until = CountUntil::Result) const;
    /// As the device sees it, up to the platform's answer to its result.
    bool is_unanswered() const { return agent_.record().unanswered; }

    End end() const;
    bool is_settled() const;
    bool ended_as_scripted() const { return end() == script_.expected_end; }
    bool is_dead() const { return power_ == Power::Dead; }

    const Script& script() const { return script_; }
    const UpgradeRecord& record() const { return agent_.record(); }
    const CommandRecord& commands() const { return commands_.record(); }
    const LwM2mClient& client() const { return client_; }
    std::uint64_t reboots() const { return reboots_; }
    std::uint64_t unheard() const { return unheard_; }  ///< datagrams that came while it slept or was off

 private:
    enum class Power { Off, On, Dead };

    void boot(Timestamp now);
    /// Carries what one part said to the other until both are quiet.
    void settle(Timestamp now);
    void on_client_event(const ClientEvent& event, Timestamp now);
    std::optional<Timestamp> idle_at() const;

    Script script_;
    const Timing& timing_;
    bool register_only_;
    LwM2mClient client_;
    UpgradeAgent agent_;
    CommandInbox commands_{};
    Power power_ = Power::Off;
    std::optional<Timestamp> boots_at_;
    Timestamp awake_until_{};
    std::optional<Timestamp> heard_at_;  ///< the platform surely heard it then, or spoke to it as one with a slot
    bool may_have_lost_slot_ = false;
    bool has_registered_ = false;
    std::uint64_t reboots_ = 0;
    std::uint64_t unheard_ = 0;
    DeviceOutput output_;
};

}  // namespace cellwise::sim
