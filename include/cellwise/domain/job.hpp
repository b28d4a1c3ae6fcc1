// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/id.hpp"
#include "cellwise/base/time.hpp"
#include "cellwise/domain/coverage.hpp"
#include "cellwise/domain/pcp.hpp"
#include "cellwise/domain/version.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>

namespace cellwise::domain {

/// Where the upgrade of one device stands. Stored by name, before the side effect of entering it.
enum class JobState {
    Waiting,              ///< its task has not started
    WaitingOnline,        ///< for an uplink of the device
    Querying,             ///< 19 (by MQTT: version_query) asked: which version runs?
    WaitingConfirmation,  ///< the version wants an upgrade, and the task somebody's word before it
    ReadingRadio,         ///< object 4 asked, or what is known looked up: which cell, how well?
    Queued,               ///< in line for a slot of its cell and coverage class
    Notifying,            ///< 20 (by MQTT: software_upgrade) said; has a slot, as do the next four
    Downloading,          ///< asked for a chunk, or for the file
    Executing,            ///< 23 said; never by MQTT
    Updating,             ///< 23 accepted (or the device heard it), or the file's last byte sent: installing
    Verifying,            ///< no result in time: the version asked once more, and it decides
    Suspended,            ///< fell silent in Notifying or Downloading: its slot is given back, its progress kept
    WaitingRetry,         ///< failed, and the task allows another attempt
    Succeeded,            ///< the target version runs
    Failed,               ///< ended otherwise; `detail` says why
    Stopped               ///< its task was stopped before the device installed
};
inline constexpr std::array kJobStates{
    JobState::Waiting,      JobState::WaitingOnline, JobState::Querying,  JobState::WaitingConfirmation,
    JobState::ReadingRadio, JobState::Queued,        JobState::Notifying, JobState::Downloading,
    JobState::Executing,    JobState::Updating,      JobState::Verifying, JobState::Suspended,
    JobState::WaitingRetry, JobState::Succeeded,     JobState::Failed,    JobState::Stopped};

std::string_view to_string(JobState state);  ///< "waiting", "waiting_online", ...
std::optional<JobState> parse_job_state(std::string_view name);
std::ostream& operator<<(std::ostream& out, JobState state);
constexpr bool is_finished(JobState state) { return state >= JobState::Succeeded; }

/// The five words of the northbound API for a sub-operation.
enum class JobStatus { Wait, Processing, Success, Fail, Stop };
JobStatus status_of(JobState state);
std::string_view to_string(JobStatus status);  ///< "wait", "processing", "success", "fail", "stop"
std::optional<JobStatus> parse_job_status(std::string_view name);

/// What became of the one request that a job has with its device. Soft: after a restart it is Unknown.
enum class Delivery {
    Due,        ///< to be said at the next uplink
    InFlight,   ///< handed to the link, not yet confirmed
    Delivered,  ///< the device's transport confirmed it; the answer may follow
    Unknown     ///< never confirmed: it may or may not have been heard
};

/// A 21 or 22 that came while the job had no slot: answered when it has one again.
struct HeldRequest {
    std::variant<pcp::ChunkRequest, pcp::DownloadReport> message;
    friend bool operator==(const HeldRequest&, const HeldRequest&) = default;
};

/// The upgrade of one device by one task.
struct Job {
    // Hard: a change is committed before its effects leave.
    JobId id{};
    TaskId task{};
    DeviceId device{};
    AppId app{};
    PackageId package{};
    JobState state = JobState::Waiting;
    std::optional<Timestamp> deadline{};  ///< when DeadlinePassed is due
    std::uint32_t failures = 0;           ///< attempts that failed so far
    std::uint32_t executes_sent = 0;      ///< in this attempt: how often 23 was handed to the link
    Version source_version{};             ///< heard at the first query
    Version current_version{};            ///< heard last
    std::optional<CellKey> cell{};        ///< the line it stands in or stood in last
    bool holds_slot = false;
    std::string detail{};    ///< why it failed or is about to; the vendor's words where there are some
    bool timed_out = false;  ///< the failure was a limit running out
    bool confirmed = false;  ///< somebody gave the word that its task asks for
    Timestamp created_at{};
    std::optional<Timestamp> started_at{};
    std::optional<Timestamp> ended_at{};

    // Soft: lost at a restart, nothing depends on it for being right. `chunks_served` is written behind.
    Delivery delivery = Delivery::Due;
    std::optional<Timestamp> idle_deadline{};     ///< when IdlePassed is due
    std::optional<Timestamp> last_progress_at{};  ///< the last 20, 21 or 22 of the device, or the notice to it
    std::uint32_t notices_sent = 0;               ///< how often 20 was handed to the link
    std::optional<HeldRequest> held{};
    std::uint32_t chunks_served = 0;  ///< one past the highest chunk answered: progress, for people
    std::uint32_t transfers = 0;      ///< by MQTT: requests for the file that are under way
    bool asked_version = false;       ///< by MQTT: what the version says now decides whether the notice is repeated

    friend bool operator==(const Job&, const Job&) = default;
};

}  // namespace cellwise::domain
