// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/crypto/sha256.hpp"
#include "tools/sim/script.hpp"
#include "tools/sim/split_mix.hpp"
#include "tools/sim/timing.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cellwise::sim {

/// What the device knows of its upgrades, for the report.
struct UpgradeRecord {
    End end = End::None;
    bool in_upgrade = false;  ///< from the first notice until it has said its result, or is off for good
    bool unanswered = false;  ///< as in_upgrade, but until the platform has answered the result
    bool is_installing = false;
    bool downloaded = false;  ///< has reported 22
    domain::Version version{};
    domain::Version target{};                         ///< of the last notice
    std::string sha256{};                             ///< of the last package that was downloaded whole
    std::map<std::string, std::uint32_t> installs{};  ///< target version (raw): how often it was installed
    std::uint64_t chunks = 0;                         ///< in order, kept
    std::uint64_t stale_chunks = 0;                   ///< for an index that it has, or while it downloads nothing
    std::uint64_t bad_chunks = 0;                     ///< of the wrong size
    std::uint64_t repeats = 0;                        ///< 21, 22 and 24 said again
    std::uint64_t queries = 0;
    std::uint64_t notices = 0;
    std::uint64_t executes = 0;
    std::uint64_t strays = 0;  ///< what the platform said and the device cannot use

    std::uint32_t most_installs() const;
};

/// What the agent wants of the power: off now, and back after that time, or for good.
struct PowerOff {
    std::optional<Duration> back_after{};
};

/// The PCP side of one device, true to its script: what its flash holds lives through a reboot. No I/O and no clock;
/// frames and time in, frames and deadlines out.
class UpgradeAgent {
 public:
    UpgradeAgent(const Script& script, const Timing& timing);

    /// Power came back.
    void on_boot();
    /// The platform observes: what was to be said is said.
    void on_link_ready(Timestamp now);
    void on_downlink(ByteView payload, Timestamp now);
    /// While the link still carries a confirmable message, repeats and the reboot wait for it.
    void on_timer(Timestamp now, bool link_is_busy);
    std::optional<Timestamp> deadline() const;
    void on_cell_asked();

    std::vector<Bytes> take_uplinks() { return std::exchange(uplinks_, {}); }
    std::optional<PowerOff> take_power_off() { return std::exchange(power_off_, std::nullopt); }
    /// Something came that the platform says to a device with a slot only.
    bool take_proof_of_slot() { return std::exchange(proof_of_slot_, false); }

    const UpgradeRecord& record() const { return record_; }
    /// Nothing more is to come: it ended, and not in a fault that is scripted to happen before a success.
    bool is_settled() const;

 private:
    enum class Phase { Idle, Downloading, ReportingDownload, AwaitingExecute, Rebooting, ReportingResult };
    struct Image {  ///< what the flash holds of a package
        pcp::NewVersionNotice notice{};
        std::uint32_t next = 0;
        std::optional<crypto::Sha256> hash{};
        bool power_was_cut = false;
        bool said_unsolicited_23 = false;
        bool is_whole() const { return next == notice.chunk_count; }
    };

    void on_query();
    void on_notice(const pcp::NewVersionNotice& notice, Timestamp now);
    void on_chunk(const pcp::ChunkReply& reply, Timestamp now);
    void keep_chunk(const pcp::ChunkReply& reply, Timestamp now);
    void on_download_answer(const pcp::DownloadAnswer& answer);
    void on_execute(Timestamp now);
    void accept_execute(Timestamp now);
    void on_upgrade_answer(const pcp::UpgradeAnswer& answer);

    void begin_image(const pcp::NewVersionNotice& notice);
    void go_on_downloading(Timestamp now);
    bool meets_download_fault(Timestamp now);
    void report_download(pcp::ResultCode result, Timestamp now);
    void install();
    void say(const pcp::DeviceMessage& message);
    void ask(const pcp::DeviceMessage& message, Timestamp now);
    void repeat(Timestamp now);
    void stop_asking();
    void end(End how);
    void die(End how);
    /// True, and counted, when this fault is to happen now.
    bool takes_fault(FaultKind kind);
    bool has_fault(FaultKind kind) const;
    std::uint32_t fault_index() const;

    const Script& script_;
    const Timing& timing_;
    UpgradeRecord record_;
    Phase phase_ = Phase::Idle;
    std::optional<Image> image_;
    std::optional<pcp::DownloadReport> download_report_;
    std::optional<pcp::UpgradeReport> result_;
    std::uint32_t faults_taken_ = 0;

    bool link_ready_ = false;
    std::optional<pcp::DeviceMessage> asked_;  ///< repeated until the platform answers
    std::optional<Timestamp> repeat_at_;
    std::uint32_t said_in_burst_ = 0;
    std::optional<Timestamp> reboot_at_;
    Timestamp reboot_at_latest_{};
    bool proof_of_slot_ = false;
    std::vector<Bytes> uplinks_;
    std::optional<PowerOff> power_off_;
};

}  // namespace cellwise::sim
