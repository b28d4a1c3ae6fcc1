// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/job_machine.hpp"

#include "domain/job_actions.hpp"
#include "domain/mqtt_actions.hpp"

#include "cellwise/domain/failure.hpp"

#include <array>
#include <utility>

namespace cellwise::domain {
namespace {

using namespace job_actions;

template <class Kind, std::size_t Index = 0>
constexpr std::size_t kind_index() {
    static_assert(Index < kEventKinds);
    if constexpr (std::is_same_v<std::variant_alternative_t<Index, Event>, Kind>) {
        return Index;
    } else {
        return kind_index<Kind, Index + 1>();
    }
}

constexpr std::array<std::string_view, kEventKinds> kEventNames{"Started",
                                                                "DeviceHeard",
                                                                "19 version",
                                                                "20 notice reply",
                                                                "21 chunk request",
                                                                "22 download result",
                                                                "23 execute reply",
                                                                "24 upgrade result",
                                                                "MQTT session",
                                                                "MQTT version report",
                                                                "MQTT progress report",
                                                                "TransferStarted",
                                                                "TransferMoved",
                                                                "TransferEnded",
                                                                "RadioRead",
                                                                "SlotGranted",
                                                                "SlotLost",
                                                                "RequestDelivered",
                                                                "RequestUndelivered",
                                                                "DeadlinePassed",
                                                                "IdlePassed",
                                                                "TaskEnded",
                                                                "StopRequested",
                                                                "Confirmed",
                                                                "Recovered"};

// The table. -----------------------------------------------------------------------------------------------------

using StateSet = std::uint32_t;
constexpr StateSet one(JobState state) { return 1U << static_cast<unsigned>(state); }
template <class... States>
constexpr StateSet in(States... states) {
    return (one(states) | ...);
}

struct Row {
    StateSet from;
    std::size_t on;
    Stepper::Action action;
    std::string_view words;
};

template <class Kind>
constexpr Row row(StateSet from, Stepper::Action action, std::string_view words) {
    return {from, kind_index<Kind>(), action, words};
}

using enum JobState;
constexpr StateSet kEarly = in(WaitingOnline, Querying, WaitingConfirmation, ReadingRadio, Queued, WaitingRetry);
constexpr StateSet kInstalling = in(Executing, Updating, Verifying);
constexpr StateSet kStoppable = kEarly | in(Waiting, Notifying, Downloading, Suspended);
constexpr StateSet kAsking = in(Querying, ReadingRadio, Notifying, Downloading, Executing, Verifying);

// clang-format off
constexpr std::array kTable{
    row<Started>             (in(Waiting),                 begin,                      "WaitingOnline, or Failed when another upgrade runs or the model forbids it"),

    row<DeviceHeard>         (in(WaitingOnline),           query,                      "Querying: ask 19; paused, or while a command is on its way: nothing"),
    row<DeadlinePassed>      (in(WaitingOnline),           lose_patience<failure::kWaitOnline>, "fail: not online in time, in which a pause does not count"),

    row<pcp::VersionReply>   (in(Querying),                compare_version,            "the target already: Succeeded; no source of the package: Failed; to be confirmed: WaitingConfirmation; else ReadingRadio"),
    row<DeviceHeard>         (in(Querying, Verifying),     ask_version_again,          "ask 19 again if it may not have been heard"),
    row<IdlePassed>          (in(Querying, Verifying),     repeat_query,               "ask 19 again; Verifying by MQTT: fail if it was there, else wait for it"),
    row<DeadlinePassed>      (in(Querying),                time_out<failure::kQueryVersion>,  "fail: no version in time"),

    row<Confirmed>           (in(WaitingConfirmation),     confirm,                    "WaitingOnline: upgraded when it is heard next"),
    row<DeviceHeard>         (in(WaitingConfirmation),     nothing,                    "waits for the word"),
    row<DeadlinePassed>      (in(WaitingConfirmation),     lose_patience<failure::kConfirmation>, "fail: not confirmed in time, in which a pause does not count"),

    row<RadioRead>           (in(ReadingRadio),            stand_in_line,              "Queued for the cell and class; without a cell: fail, by MQTT the class of those"),
    row<DeviceHeard>         (in(ReadingRadio),            read_radio_again,           "read object 4 again if it was not answered"),
    row<DeadlinePassed>      (in(ReadingRadio),            do_without_radio,           "fail: no cell in time; by MQTT Queued for the class of those"),

    row<SlotGranted>         (in(Queued),                  notify,                     "Notifying: say 20; the limit of the download begins"),
    row<DeviceHeard>         (in(Queued),                  show_up_in_line,            "keep the place in line, awake"),
    row<DeadlinePassed>      (in(Queued),                  lose_patience<failure::kWaitOnline>, "fail: not heard while in line, in which a pause does not count"),

    row<pcp::NoticeReply>    (in(Notifying),               hear_notice_reply,          "accepted: Downloading; else fail"),
    row<pcp::ChunkRequest>   (in(Notifying),               start_download,             "acceptance too: Downloading, answer the chunk"),
    row<pcp::DownloadReport> (in(Notifying, Downloading),  hear_download_result,       "answer 22; downloaded: Executing, say 23; else fail"),
    row<DeviceHeard>         (in(Notifying),               repeat_notice,              "say 20 again if it may not have been heard"),
    row<IdlePassed>          (in(Notifying),               idle_notice,                "say 20 again; silent too long: Suspended; by MQTT: ask the version first"),
    row<DeadlinePassed>      (in(Notifying),               time_out<failure::kStartDownload>, "fail: no download in time"),

    row<pcp::ChunkRequest>   (in(Downloading),             serve_chunk,                "answer the chunk; no commit"),
    row<pcp::NoticeReply>    (in(Downloading),             hear_repeated_notice_reply, "note it"),
    row<DeviceHeard>         (in(Downloading),             nudge_download,             "say 20 again if it asked for nothing for a while; by MQTT: nothing"),
    row<IdlePassed>          (in(Downloading),             idle_download,              "silent too long: Suspended, the slot is given back; by MQTT: ask the version"),
    row<DeadlinePassed>      (in(Downloading, Suspended),  outlast_download,           "fail: not downloaded in time; by MQTT a transfer that runs may finish"),
    row<SlotLost>            (in(Notifying, Downloading),  suspend,                    "Suspended"),

    row<DeviceHeard>         (in(Suspended),               resume_later,               "to the head of the line"),
    row<pcp::ChunkRequest>   (in(Suspended),               hold_chunk_request,         "to the head of the line; answered with the slot"),
    row<pcp::DownloadReport> (in(Suspended),               hold_download_result,       "to the head of the line; answered with the slot; a failure: fail"),
    row<SlotGranted>         (in(Suspended),               resume,                     "Downloading with the request that waited, else Notifying"),

    row<pcp::ExecuteReply>   (in(Executing),               hear_execute_reply,         "accepted: Updating; else fail"),
    row<pcp::DownloadReport> (kInstalling,                 repeat_download_answer,     "answer 22 again; 23 too if it may not have been heard"),
    row<pcp::ChunkRequest>   (kInstalling,                 repeat_chunk,               "answer the chunk again"),
    row<DeviceHeard>         (in(Executing),               ask_before_repeating_execute, "ask 19 if 23 may or may not have been heard"),
    row<IdlePassed>          (in(Executing),               ask_before_repeating_execute, "ask 19 again in that case"),
    row<pcp::VersionReply>   (in(Executing),               compare_before_repeating_execute, "the target: Succeeded; else say 23 again in that case"),
    row<DeadlinePassed>      (in(Executing, Updating),     verify,                     "Verifying: ask 19 once more"),

    row<pcp::ExecuteReply>   (in(Updating),                hear_late_execute_reply,    "a refusal: fail"),
    row<pcp::VersionReply>   (in(Updating),                compare_while_updating,     "the target: Succeeded"),
    row<pcp::UpgradeReport>  (kInstalling,                 hear_result,                "answer 24; the target runs: Succeeded; else fail"),
    row<SlotLost>            (kInstalling,                 lose_slot_but_go_on,        "goes on: the device cannot be called back"),

    row<pcp::VersionReply>   (in(Verifying),               decide_by_version,          "the target: Succeeded; else fail"),
    row<DeadlinePassed>      (in(Verifying),               time_out<failure::kVerifyVersion>, "fail: silent to the last question"),

    // By MQTT.
    row<VersionReported>     (in(Querying),                compare_reported_version,   "as 19"),
    row<VersionReported>     (in(WaitingOnline, WaitingConfirmation, ReadingRadio, Queued, WaitingRetry), hear_early_version, "the target: Succeeded"),
    row<SessionBegan>        (in(Notifying, Downloading, Updating), ask_after_reconnect, "ask the version: it tells what no result did"),
    row<VersionReported>     (in(Notifying, Downloading),  settle_by_version,          "the target: Succeeded; the old one, asked for, and no download under way: say it again"),
    row<VersionReported>     (in(Updating),                compare_while_installing,   "the target: Succeeded"),
    row<VersionReported>     (in(Verifying),               decide_by_report,           "the target: Succeeded; else fail"),
    row<ProgressReported>    (in(Notifying, Downloading) | kInstalling, hear_progress, "0 and the target: Succeeded; 0: progress; else fail"),
    row<ProgressReported>    (kEarly | in(Suspended),      hear_early_progress,        "0 and the target: Succeeded"),
    row<TransferStarted>     (in(Notifying),               start_transfer,             "Downloading"),
    row<TransferStarted>     (in(Downloading) | kInstalling, count_transfer,           "note it"),
    row<TransferMoved>       (in(Downloading),             note_transfer,              "note it; no commit"),
    row<TransferEnded>       (in(Downloading),             end_transfer,               "the last byte was sent: Updating; else note it"),
    row<TransferEnded>       (kInstalling,                 forget_transfer,            "note it"),
    row<IdlePassed>          (in(Updating),                verify_after_silence,       "no result in time: Verifying, ask the version once more"),

    row<DeadlinePassed>      (in(WaitingRetry),            retry,                      "WaitingOnline, as if new"),
    row<TaskEnded>           (in(WaitingRetry),            give_up_retrying,           "Failed, as it failed before"),

    row<pcp::ChunkRequest>   (kEarly,                      refuse_foreign_chunk,       "of another version: no such task; else wait until 20 is said"),
    row<pcp::DownloadReport> (kEarly,                      nothing,                    "wait until 20 is said"),
    row<pcp::UpgradeReport>  (kEarly | in(Notifying, Downloading, Suspended), hear_early_result, "answer 24; the target runs: Succeeded"),

    row<RequestDelivered>    (kAsking,                     confirm_request,            "note it"),
    row<RequestUndelivered>  (kAsking,                     doubt_request,              "note it: to be said again when the device is heard"),
    row<StopRequested>       (kStoppable,                  stop,                       "Stopped"),
    row<StopRequested>       (kInstalling,                 nothing,                    "goes on: the device cannot be called back"),
    row<TaskEnded>           (in(Waiting, WaitingOnline, Querying, WaitingConfirmation, ReadingRadio, Queued), miss_end_time, "Failed: did not begin in time"),
    row<Recovered>           (kStoppable | kInstalling,    recover,                    "rebuild what was only in memory"),
};
// clang-format on

constexpr std::size_t kStateCount = kJobStates.size();
using Dispatch = std::array<std::array<const Row*, kEventKinds>, kStateCount>;

consteval bool has_two_rows_for_one_case() {
    std::array<std::array<bool, kEventKinds>, kStateCount> seen{};
    for (const auto& entry : kTable) {
        for (std::size_t state = 0; state < kStateCount; ++state) {
            if ((entry.from & (1U << state)) == 0) continue;
            if (seen[state][entry.on]) return true;
            seen[state][entry.on] = true;
        }
    }
    return false;
}
static_assert(!has_two_rows_for_one_case());

constexpr Dispatch make_dispatch() {
    Dispatch dispatch{};
    for (const auto& entry : kTable) {
        for (std::size_t state = 0; state < kStateCount; ++state) {
            if ((entry.from & (1U << state)) != 0) dispatch[state][entry.on] = &entry;
        }
    }
    return dispatch;
}
constexpr Dispatch kDispatch = make_dispatch();

}  // namespace

std::string_view name_of(const Event& event) { return kEventNames[event.index()]; }

std::string_view to_string(UpgradePhase phase) {
    switch (phase) {
        case UpgradePhase::Downloading:
            return "downloading";
        case UpgradePhase::Downloaded:
            return "downloaded";
        case UpgradePhase::Updating:
            return "updating";
        case UpgradePhase::Idle:
            return "idle";
    }
    return "?";
}

Step step(Job job, const Event& event, Timestamp now, const UpgradePlan& plan) {
    const Row* entry = kDispatch[static_cast<std::size_t>(job.state)][event.index()];
    if (entry == nullptr) return Step{std::move(job), {}, false, false};
    return Stepper(std::move(job), event, now, plan).run(entry->action);
}

std::optional<Effect> answer_without_job(const pcp::DeviceMessage& message, const Job* last_finished) {
    using pcp::ResultCode;
    const bool was_told_to_install =
        last_finished != nullptr && last_finished->executes_sent > 0 && last_finished->state != JobState::Stopped;
    if (const auto* chunk = std::get_if<pcp::ChunkRequest>(&message)) {
        return RefuseChunk{ResultCode::NoSuchTask, chunk->index};
    }
    if (const auto* download = std::get_if<pcp::DownloadReport>(&message)) {
        const bool failed_so = download->result != ResultCode::Ok && last_finished != nullptr &&
                               last_finished->state == JobState::Failed;
        return AnswerDownload{was_told_to_install || failed_so ? ResultCode::Ok : ResultCode::NoSuchTask};
    }
    if (std::holds_alternative<pcp::UpgradeReport>(message)) {
        return AnswerUpgrade{was_told_to_install ? ResultCode::Ok : ResultCode::NoSuchTask};
    }
    return std::nullopt;
}

std::string describe_job_table() {
    std::string page =
        "# The life of a job\n\nGenerated from the table in `src/domain/job_machine.cpp`; what has no row changes "
        "nothing and is "
        "counted.\n\n| state | event | what happens |\n|---|---|---|\n";
    for (const auto state : kJobStates) {
        for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
            const Row* entry = kDispatch[static_cast<std::size_t>(state)][kind];
            if (entry == nullptr) continue;
            page.append("| ").append(to_string(state)).append(" | ").append(kEventNames[kind]);
            page.append(" | ").append(entry->words).append(" |\n");
        }
    }
    return page;
}

}  // namespace cellwise::domain
