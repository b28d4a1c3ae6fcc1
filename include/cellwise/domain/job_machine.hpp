// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/time.hpp"
#include "cellwise/domain/cell_limiter.hpp"
#include "cellwise/domain/coverage.hpp"
#include "cellwise/domain/job.hpp"
#include "cellwise/domain/pcp.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The life of a job: one pure, total function over one table (src/domain/job_machine.cpp). Everything that changes a
/// job goes through step().
namespace cellwise::domain {

// What can happen. ---------------------------------------------------------------------------------------------
enum class StartVerdict {
    Clear,        ///< nothing stands in the way
    Conflict,     ///< another upgrade of the device runs
    Unsupported,  ///< the product model does not support software upgrade
    Mismatch,     ///< the device is not of the package's product model
};
struct Started {  ///< the task began
    StartVerdict verdict;
};
struct DeviceHeard {           ///< an uplink of any kind: the device listens now
    bool has_command = false;  ///< and a command is on its way to it: what has not begun begins after it
};
struct RadioRead {  ///< what object 4 said; an empty report when it could not be read
    RadioReport report;
};
// What MQTT devices say, and what the download server sees of them.
struct SessionBegan {};   ///< logged in anew: whatever it was told before may be forgotten
struct VersionReported {  ///< version_report, asked for or not
    Version version;      ///< empty when it did not say
};
struct ProgressReported {  ///< upgrade_progress_report
    int result_code = 0;
    std::optional<int> progress{};  ///< percent
    std::optional<Version> version{};
};
struct TransferStarted {};  ///< it asks for the file, or for a part of it
struct TransferMoved {      ///< bytes flow
    std::uint32_t chunks;   ///< that many of the plan's chunks were sent
};
struct TransferEnded {
    bool whole;  ///< the file's last byte was sent
};
struct SlotGranted {};
struct SlotLost {};  ///< the lease ran out
enum class Request { Version, Radio, Notice, Execute };
struct RequestDelivered {  ///< the device's transport confirmed it
    Request request;
};
struct RequestUndelivered {  ///< not sent, or retransmissions ran out: it may or may not have been heard
    Request request;
};
struct DeadlinePassed {};  ///< job.deadline is over
struct IdlePassed {};      ///< job.idle_deadline is over
struct TaskEnded {};       ///< the task's end time is over: what has not begun does not begin
struct StopRequested {};   ///< by an operator
struct Confirmed {};       ///< by an operator: the upgrade may begin
struct Recovered {};       ///< the process restarted: soft state is gone

using Event =
    std::variant<Started, DeviceHeard, pcp::VersionReply, pcp::NoticeReply, pcp::ChunkRequest, pcp::DownloadReport,
                 pcp::ExecuteReply, pcp::UpgradeReport, SessionBegan, VersionReported, ProgressReported,
                 TransferStarted, TransferMoved, TransferEnded, RadioRead, SlotGranted, SlotLost, RequestDelivered,
                 RequestUndelivered, DeadlinePassed, IdlePassed, TaskEnded, StopRequested, Confirmed, Recovered>;
inline constexpr std::size_t kEventKinds = std::variant_size_v<Event>;
std::string_view name_of(const Event& event);

// What is to be done about it, after the commit, in this order. --------------------------------------------------
struct AskVersion {};
struct ReadRadio {};
struct RequestSlot {
    CellKey key;
    CellLimiter::Place place;
};
struct ReleaseSlot {};  ///< give back the slot or the place in line
struct SendNotice {};
struct AnswerChunk {
    std::uint16_t index;
};
struct RefuseChunk {
    pcp::ResultCode result;
    std::uint16_t index;
};
struct AnswerDownload {
    pcp::ResultCode result;
};
struct SendExecute {};
struct AnswerUpgrade {
    pcp::ResultCode result;
};
/// The application server's swUpgradeState.
enum class UpgradePhase { Downloading, Downloaded, Updating, Idle };
std::string_view to_string(UpgradePhase phase);  ///< "downloading", "downloaded", "updating", "idle"
struct PublishPhase {
    UpgradePhase phase;
};
struct PublishResult {};  ///< the job has ended: its fields say how

using Effect = std::variant<AskVersion, ReadRadio, RequestSlot, ReleaseSlot, SendNotice, AnswerChunk, RefuseChunk,
                            AnswerDownload, SendExecute, AnswerUpgrade, PublishPhase, PublishResult>;

/// When a job gives its slot back.
enum class SlotHold {
    Upgrade,  ///< at the end of the job
    Download  ///< when the package is downloaded
};

/// How long each stage may take (docs/behaviours.md says which are the vendor's).
struct StageLimits {
    Duration wait_online = std::chrono::hours{24};
    Duration query_version = std::chrono::minutes{3};
    Duration radio = std::chrono::minutes{3};
    Duration download = std::chrono::minutes{60};      ///< from the first notice, waiting for a slot again included
    Duration download_idle = std::chrono::minutes{5};  ///< of silence, until the slot is given back
    Duration update = std::chrono::minutes{30};
    Duration mqtt_download = std::chrono::hours{24};  ///< from the notice to the result, of a MQTT device
    Duration repeat = std::chrono::seconds{30};       ///< until an awake device that does not answer is asked again

    friend bool operator==(const StageLimits&, const StageLimits&) = default;
};

/// Who carries the package to the device.
enum class UpgradeProtocol {
    Pcp,  ///< chunks that the device asks for one by one
    Mqtt  ///< a URL and a token; the device downloads and installs by itself, and may be gone meanwhile
};

/// All that a step needs to know besides the job: the same for every job of a task.
struct UpgradePlan {
    UpgradeProtocol protocol = UpgradeProtocol::Pcp;
    Version target_version{};
    std::uint32_t chunk_count = 0;
    std::vector<std::string> source_versions{};
    std::uint32_t retry_times = 0;
    Duration retry_interval{0};
    StageLimits limits{};
    SlotHold hold = SlotHold::Upgrade;
    CoverageRanges ranges{};
    bool confirm = false;                   ///< an upgrade that is needed waits for Confirmed
    std::optional<Timestamp> end_time{};    ///< of the task
    bool paused = false;                    ///< nothing begins, and nobody is late for it
    std::optional<Timestamp> resumed_at{};  ///< from then on it counts how long a device may be waited for
};

struct Step {
    Job job;
    std::vector<Effect> effects;
    bool must_commit = false;  ///< hard fields changed: commit before the effects leave
    bool handled = false;      ///< false: the table has no row for it, nothing changed; count it
};

Step step(Job job, const Event& event, Timestamp now, const UpgradePlan& plan);

/// What a device without a running job is answered. 21, 22 and 24 are requests and get an answer: repeats of what the
/// job that ended last (null: none) was told get the same answer again, others "no such task". The rest gets none.
std::optional<Effect> answer_without_job(const pcp::DeviceMessage& message, const Job* last_finished);

/// The table as a Markdown page: docs/states.md.
std::string describe_job_table();

}  // namespace cellwise::domain
