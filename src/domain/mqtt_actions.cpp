// SPDX-License-Identifier: Apache-2.0
#include "domain/mqtt_actions.hpp"

#include "domain/job_actions.hpp"

#include "cellwise/domain/failure.hpp"

#include <algorithm>
#include <string>

namespace cellwise::domain::job_actions {
namespace {

/// True when that was the target, and so the end.
bool ends_by(Stepper& s, const Version& version) {
    if (version.empty()) return false;
    if (version != s.job().current_version) {
        s.job().current_version = version;
        s.commit();
    }
    if (version != s.plan().target_version) return false;
    s.succeed();
    return true;
}

/// Who asks for the file once more after its last byte left has not begun to install.
void install_from_now(Stepper& s) {
    if (s.job().state == JobState::Updating) s.job().idle_deadline = s.now() + s.limits().update;
}

void ask_without_waiting(Stepper& s) {
    s.job().asked_version = true;
    s.emit(AskVersion{});
}

// The result codes of upgrade_progress_report: 1 to 10 mean what they mean in PCP.
constexpr int kFine = 0;
constexpr int kAlreadyLatest = 3;
constexpr int kLastOfPcp = 10;
constexpr int kInternalError = 255;

void fail_by_code(Stepper& s, int code) {
    if (code == kInternalError) return s.fail(failure::kInternal);
    if (code > kFine && code <= kLastOfPcp) return s.fail(failure::text_of(static_cast<pcp::ResultCode>(code)));
    s.fail("The device reported result " + std::to_string(code));
}

/// Whether the report says that all is well and over.
bool tells_success(const Stepper& s, const ProgressReported& report) {
    if (!report.version || *report.version != s.plan().target_version) return false;
    if (report.result_code == kAlreadyLatest) return true;
    return report.result_code == kFine && report.progress.value_or(100) >= 100;
}

}  // namespace

void compare_reported_version(Stepper& s) {
    const auto& version = s.event<VersionReported>().version;
    if (version.empty()) return;  // it did not say: the limit decides
    judge_source(s, version);
}

/// Out of turn, say of an attempt that was given up: good news counts.
void hear_early_version(Stepper& s) { ends_by(s, s.event<VersionReported>().version); }

/// It came back without a result: was it done, or does it know nothing of it any more?
void ask_after_reconnect(Stepper& s) { ask_without_waiting(s); }

void ask_before_repeating_notice(Stepper& s) {
    const auto silence = s.limits().download_idle * (1U << std::min(s.job().notices_sent, 5U));
    s.job().idle_deadline = s.now() + silence;
    if (s.job().transfers == 0) ask_without_waiting(s);
}

/// The old version, asked for: the notice is said again unless the device is at it. One that was seen downloading has
/// the time of a silence to come back to it first; one that was told just now may have answered before it obeys.
void settle_by_version(Stepper& s) {
    if (ends_by(s, s.event<VersionReported>().version) || !s.job().asked_version) return;
    s.job().asked_version = false;
    const auto since = s.job().last_progress_at;
    const auto patience = s.job().state == JobState::Downloading ? s.limits().download_idle : s.limits().repeat;
    const bool at_it = s.job().transfers > 0 || (since && s.now() - *since < patience);
    if (!at_it) s.say_notice();
}

void start_transfer(Stepper& s) {
    const auto transfers = s.job().transfers;
    s.enter(JobState::Downloading, s.job().deadline);
    s.job().transfers = transfers + 1;
    s.job().delivery = Delivery::Delivered;
    s.note_progress();
    s.emit(PublishPhase{UpgradePhase::Downloading});
}

void count_transfer(Stepper& s) {
    ++s.job().transfers;
    if (s.job().state == JobState::Downloading) s.note_progress();
    install_from_now(s);
}

void note_transfer(Stepper& s) {
    s.job().chunks_served = std::max(s.job().chunks_served, s.event<TransferMoved>().chunks);
    s.note_progress();
}

void forget_transfer(Stepper& s) {
    if (s.job().transfers > 0) --s.job().transfers;
    install_from_now(s);
}

void end_transfer(Stepper& s) {
    forget_transfer(s);
    s.note_progress();
    if (!s.event<TransferEnded>().whole) return;
    s.enter(JobState::Updating, s.job().deadline);
    s.job().last_progress_at = s.now();
    s.job().chunks_served = s.plan().chunk_count;
    s.job().idle_deadline = s.now() + s.limits().update;
    if (s.plan().hold == SlotHold::Download) s.give_slot_back();
    s.emit(PublishPhase{UpgradePhase::Downloaded});
    s.emit(PublishPhase{UpgradePhase::Updating});
}

/// A transfer that began in time may finish, however long it takes.
void outlast_download(Stepper& s) {
    if (!s.by_mqtt() || s.job().transfers == 0) return s.fail(failure::kDownload, Stepper::Cause::TimedOut);
    s.job().deadline = s.now() + s.limits().download_idle;
    s.commit();
}

void verify_after_silence(Stepper& s) {
    if (s.job().transfers > 0) return install_from_now(s);
    const auto deadline = s.job().deadline;
    s.enter(JobState::Verifying, deadline);
    s.job().detail = failure::kUpdateResult;
    s.job().delivery = Delivery::InFlight;
    ask_last(s);
}

/// The limit of all is over: one last question.
void verify_by_report(Stepper& s) {
    s.enter(JobState::Verifying, s.now() + s.limits().query_version);
    s.job().detail = failure::kUpdateResult;
    s.job().delivery = Delivery::InFlight;
    ask_last(s);
}

void ask_last(Stepper& s) {
    s.job().idle_deadline = s.now() + s.limits().query_version;
    s.emit(AskVersion{});
}

/// Asked and present, and no answer. One that was not there is asked when it is back.
void miss_last_answer(Stepper& s) {
    if (s.job().delivery != Delivery::Delivered) return;
    s.fail(failure::kVerifyVersion, Stepper::Cause::TimedOut);
}

void compare_while_installing(Stepper& s) { ends_by(s, s.event<VersionReported>().version); }

void decide_by_report(Stepper& s) {
    const auto& version = s.event<VersionReported>().version;
    if (version.empty() || ends_by(s, version)) return;
    s.fail(std::string(s.job().detail), Stepper::Cause::TimedOut);
}

void hear_progress(Stepper& s) {
    const auto& report = s.event<ProgressReported>();
    if (report.version && ends_by(s, tells_success(s, report) ? *report.version : Version{})) return;
    if (report.result_code != kFine) return fail_by_code(s, report.result_code);
    if (s.job().state == JobState::Notifying) {
        // It is at it, whatever way the file came.
        s.enter(JobState::Downloading, s.job().deadline);
        s.job().delivery = Delivery::Delivered;
        s.emit(PublishPhase{UpgradePhase::Downloading});
    }
    if (s.job().state == JobState::Downloading) s.note_progress();
}

/// Of an attempt that was given up: good news counts, bad news is old news.
void hear_early_progress(Stepper& s) {
    const auto& report = s.event<ProgressReported>();
    if (tells_success(s, report)) ends_by(s, *report.version);
}

}  // namespace cellwise::domain::job_actions
