// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/event_text.hpp"
#include "tools/sim/mqtt/fetch.hpp"
#include "tools/sim/mqtt/script.hpp"
#include "tools/sim/mqtt/timing.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace cellwise::sim::mqtt {

/// What the device knows of its upgrades, for the report.
struct Record {
    End end = End::None;
    bool in_upgrade = false;  ///< from the first notice until it has said its result, or is off for good
    std::string version{};
    std::string target{};                             ///< of the last notice
    std::string sha256{};                             ///< of the last file that was downloaded whole
    std::map<std::string, std::uint32_t> installs{};  ///< target version: how often it was installed
    std::uint64_t queries = 0;
    std::uint64_t notices = 0;
    std::uint64_t repeated_notices = 0;  ///< for a version that it was about to install, or had
    std::uint64_t downloads = 0;         ///< begun
    std::uint64_t broken_downloads = 0;  ///< of them, broken off unscripted
    std::uint64_t requests = 0;          ///< HTTP's
    std::uint64_t bytes = 0;             ///< of files that were downloaded whole
    std::uint64_t strays = 0;            ///< what the platform said and the device cannot use
    std::string download_error{};        ///< the last
    std::vector<std::string> faults{};   ///< of the platform, in words; the first few

    std::uint32_t most_installs() const;
};

/// What the agent wants of the device around it, in this order.
struct Say {
    Progress progress{};
    bool is_result = false;  ///< said again after a reconnection until the broker has confirmed it
};
struct SayVersion {};
struct Abandon {};  ///< the download
struct Hush {       ///< neither read nor ping, or do so again
    bool is_on = false;
};
struct PowerOff {  ///< now, and back after that time, or for good
    std::optional<Duration> back_after{};
};
struct Reconnect {};
using Wish = std::variant<Say, SayVersion, Fetch, Abandon, Hush, PowerOff, Reconnect>;

/// The upgrade side of one MQTT device, true to its script: what its flash holds lives through a reboot. No I/O and
/// no clock; events and time in, wishes and deadlines out.
class Agent {
 public:
    Agent(const Script& script, const Timing& timing);

    void on_boot(Timestamp now);
    void on_event(const DownEvent& event, Timestamp now);
    /// The device has told its version unasked.
    void on_version_volunteered();
    void on_stray() { ++record_.strays; }
    void on_fetched(const FetchOutcome& outcome, Timestamp now);
    void on_timer(Timestamp now);
    std::optional<Timestamp> deadline() const { return due_at_; }

    std::vector<Wish> take_wishes() { return std::exchange(wishes_, {}); }
    const Record& record() const { return record_; }
    /// Nothing more is to come: it ended, and not in a fault that is scripted to happen before a success.
    bool is_settled() const;

 private:
    enum class Phase { Idle, Downloading, Installing, BeforeLateVersion, AwaitingQuery };

    void on_query();
    void on_notice(const Notice& notice, Timestamp now);
    /// Whether it has met this notice before and is done with it.
    bool passes_over(const Notice& notice, Timestamp now);
    bool refuses();
    void begin_download(Timestamp now);
    void fetch();
    void on_broken(const FetchOutcome& outcome, Timestamp now);
    void on_scripted_break(Timestamp now);
    void on_whole(Timestamp now);
    void begin_install(Timestamp now);
    void finish_install(Timestamp now);
    void await_query(Timestamp now);
    void succeed();
    void fail(int code, std::string description, End how);
    void say(Progress progress, bool is_result);
    void end(End how);
    void note_fault(std::string what);
    bool has_fault(FaultKind kind) const;
    bool takes_fault(FaultKind kind);
    bool has(Trait trait) const { return script_.dialect.has(trait); }
    bool breaks_in_download() const;

    const Script& script_;
    const Timing& timing_;
    Record record_;
    Phase phase_ = Phase::Idle;
    Notice notice_{};
    std::shared_ptr<Received> received_;
    bool has_broken_ = false;  ///< the scripted break of this upgrade is over
    std::uint32_t retries_ = 0;
    std::uint32_t faults_taken_ = 0;
    bool is_hushed_ = false;
    Timestamp hushed_until_{};
    std::optional<Timestamp> due_at_;
    std::vector<Wish> wishes_;
};

}  // namespace cellwise::sim::mqtt
