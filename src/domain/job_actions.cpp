// SPDX-License-Identifier: Apache-2.0
#include "domain/job_actions.hpp"

#include "domain/mqtt_actions.hpp"

#include "cellwise/domain/failure.hpp"
#include "cellwise/domain/package.hpp"

#include <string>
#include <utility>

namespace cellwise::domain::job_actions {
namespace {

void finish_download(Stepper& s, pcp::ResultCode result) {
    s.emit(AnswerDownload{pcp::ResultCode::Ok});
    if (result != pcp::ResultCode::Ok) return s.fail(failure::text_of(result));
    s.enter(JobState::Executing, s.now() + s.limits().update);
    s.job().last_progress_at = s.now();
    if (s.plan().hold == SlotHold::Download) s.give_slot_back();
    s.emit(PublishPhase{UpgradePhase::Downloaded});
    s.job().executes_sent = 0;
    s.say_execute();
}

bool is_busy_with_it(const Job& job, pcp::ResultCode result) {
    // A second 23 can meet a device that obeys the first one.
    return job.executes_sent > 1 && (result == pcp::ResultCode::InUse || result == pcp::ResultCode::InternalError);
}

void stand_in_line_of(Stepper& s, const RadioReport& report) {
    s.enter(JobState::Queued, s.now() + s.limits().wait_online);
    s.job().cell = CellKey{report.cell.value_or(CellId{}), classify(report, s.plan().ranges)};
    s.request_slot(CellLimiter::Place::Tail);
}

Request request_of(JobState state) {
    switch (state) {
        case JobState::Querying:
        case JobState::Verifying:
            return Request::Version;
        case JobState::ReadingRadio:
            return Request::Radio;
        case JobState::Executing:
            return Request::Execute;
        default:
            return Request::Notice;
    }
}

}  // namespace

void begin(Stepper& s) {
    s.job().started_at = s.now();
    switch (s.event<Started>().verdict) {
        case StartVerdict::Clear:
            return s.enter(JobState::WaitingOnline, s.now() + s.limits().wait_online);
        case StartVerdict::Conflict:
            return s.fail(failure::kTaskConflict, Stepper::Cause::Final);
        case StartVerdict::Unsupported:
            return s.fail(failure::kUnsupported, Stepper::Cause::Final);
        case StartVerdict::Mismatch:
            return s.fail(failure::kMismatch, Stepper::Cause::Final);
    }
}

void query(Stepper& s) {
    if (s.event<DeviceHeard>().has_command) return;  // its end tells again that the device was heard
    if (s.plan().paused) return;
    s.enter(JobState::Querying, s.now() + s.limits().query_version);
    s.job().delivery = Delivery::InFlight;
    s.ask_version();
}

void compare_version(Stepper& s) {
    const auto& reply = s.event<pcp::VersionReply>();
    if (reply.result != pcp::ResultCode::Ok) return;  // it did not say which: the limit decides
    judge_source(s, reply.version);
}

void judge_source(Stepper& s, const Version& version) {
    s.job().source_version = version;
    s.job().current_version = version;
    if (version == s.plan().target_version) return s.succeed(failure::kSameVersion);
    if (!accepts_source_version(s.plan().source_versions, version)) {
        return s.fail(failure::kSourceVersion, Stepper::Cause::Final);
    }
    if (s.plan().confirm && !s.job().confirmed) {
        return s.enter(JobState::WaitingConfirmation, s.plan().end_time.value_or(s.now() + s.limits().wait_online));
    }
    s.enter(JobState::ReadingRadio, s.now() + s.limits().radio);
    s.job().delivery = Delivery::InFlight;
    s.emit(ReadRadio{});
}

/// The word may come when the device sleeps again, and after days: which version runs is asked anew when it is heard.
void confirm(Stepper& s) {
    s.job().confirmed = true;
    s.enter(JobState::WaitingOnline, s.now() + s.limits().wait_online);
}

void read_radio_again(Stepper& s) {
    if (s.job().delivery == Delivery::InFlight) return;
    s.job().delivery = Delivery::InFlight;
    s.emit(ReadRadio{});
}

void stand_in_line(Stepper& s) {
    const auto& report = s.event<RadioRead>().report;
    // A MQTT device need not be on cellular radio at all.
    if (!report.cell && !s.by_mqtt()) return s.fail(failure::kCellId);
    stand_in_line_of(s, report);
}

void do_without_radio(Stepper& s) {
    if (!s.by_mqtt()) return s.fail(failure::kCellId, Stepper::Cause::TimedOut);
    stand_in_line_of(s, {});
}

void show_up_in_line(Stepper& s) {
    // A device that keeps coming back is not lost, however long its cell's line is. An hour's grain spares commits.
    const auto fresh = s.now() + s.limits().wait_online;
    if (*s.job().deadline + std::chrono::hours{1} <= fresh) {
        s.job().deadline = fresh;
        s.commit();
    }
    s.request_slot(CellLimiter::Place::Tail);
}

void notify(Stepper& s) {
    s.enter(JobState::Notifying, s.now() + s.download_limit());
    s.job().holds_slot = true;
    s.job().last_progress_at = s.now();
    s.say_notice();
}

/// A device that was told and came back, or one that never confirmed: say it again.
void repeat_notice(Stepper& s) {
    const bool unheard = s.job().delivery == Delivery::Due || s.job().delivery == Delivery::Unknown;
    if (unheard) s.say_notice();
}

void hear_notice_reply(Stepper& s) {
    const auto result = s.event<pcp::NoticeReply>().result;
    // The first of several notices was heard after all, and the device is at it: its 21 will follow.
    if (result == pcp::ResultCode::InUse && s.job().notices_sent > 1) return;
    if (result != pcp::ResultCode::Ok) return s.fail(failure::text_of(result));
    s.enter(JobState::Downloading, s.job().deadline);
    s.job().delivery = Delivery::Delivered;
    s.note_progress();
    s.emit(PublishPhase{UpgradePhase::Downloading});
}

void start_download(Stepper& s) {
    if (!s.serve(s.event<pcp::ChunkRequest>())) return;
    s.enter(JobState::Downloading, s.job().deadline);
    s.job().delivery = Delivery::Delivered;
    s.note_progress();
    s.emit(PublishPhase{UpgradePhase::Downloading});
}

void serve_chunk(Stepper& s) {
    if (s.serve(s.event<pcp::ChunkRequest>())) s.note_progress();
}

/// Late repeats, after the download is over: answered, and nothing else.
void repeat_chunk(Stepper& s) { s.serve(s.event<pcp::ChunkRequest>()); }

/// An answer to a notice that was said again: the device is there, and need not be reminded for a while.
void hear_repeated_notice_reply(Stepper& s) { s.note_progress(); }

/// The device rebooted, or we did: it was heard, but has asked for nothing for a while.
void nudge_download(Stepper& s) {
    if (s.by_mqtt()) return;  // it downloads by itself
    const bool quiet = !s.job().last_progress_at || s.now() - *s.job().last_progress_at >= s.limits().repeat;
    if (!quiet || s.job().delivery == Delivery::InFlight) return;
    ++s.job().notices_sent;
    s.job().delivery = Delivery::InFlight;
    s.emit(SendNotice{});
}

void hear_download_result(Stepper& s) { finish_download(s, s.event<pcp::DownloadReport>().result); }

void suspend(Stepper& s) {
    s.give_slot_back();
    s.enter(JobState::Suspended, s.job().deadline);
}

void idle_notice(Stepper& s) {
    if (s.by_mqtt()) return ask_before_repeating_notice(s);
    if (s.now() - *s.job().last_progress_at >= s.limits().download_idle) return suspend(s);
    s.say_notice();
}

void idle_download(Stepper& s) {
    if (s.by_mqtt()) return ask_before_repeating_notice(s);
    if (s.now() - *s.job().last_progress_at >= s.limits().download_idle) return suspend(s);
    s.job().idle_deadline = *s.job().last_progress_at + s.limits().download_idle;
}

void resume_later(Stepper& s) { s.request_slot(CellLimiter::Place::Head); }

void hold_chunk_request(Stepper& s) {
    const auto& request = s.event<pcp::ChunkRequest>();
    if (s.refuses(request)) return;
    s.job().held = HeldRequest{request};
    s.request_slot(CellLimiter::Place::Head);
}

void hold_download_result(Stepper& s) {
    const auto& report = s.event<pcp::DownloadReport>();
    if (report.result != pcp::ResultCode::Ok) return finish_download(s, report.result);
    s.job().held = HeldRequest{report};
    s.request_slot(CellLimiter::Place::Head);
}

void resume(Stepper& s) {
    const auto held = std::exchange(s.job().held, std::nullopt);
    s.job().holds_slot = true;
    if (!held) {
        s.enter(JobState::Notifying, s.job().deadline);  // the limit of the download began with the first notice
        s.job().last_progress_at = s.now();
        return s.say_notice();
    }
    s.enter(JobState::Downloading, s.job().deadline);
    s.job().delivery = Delivery::Delivered;
    s.note_progress();
    if (const auto* chunk = std::get_if<pcp::ChunkRequest>(&held->message)) {
        s.serve(*chunk);
    } else {
        finish_download(s, std::get<pcp::DownloadReport>(held->message).result);
    }
}

void repeat_download_answer(Stepper& s) {
    s.emit(AnswerDownload{pcp::ResultCode::Ok});
    // Who reports the download again has not installed yet: the one moment when 23 may be repeated without asking.
    const bool lost = s.job().state == JobState::Executing && s.job().delivery == Delivery::Unknown;
    if (lost && s.event<pcp::DownloadReport>().result == pcp::ResultCode::Ok) s.say_execute();
}

/// 23 may have been heard: the version tells, and a second 23 goes only to a device that still runs the old one.
void ask_before_repeating_execute(Stepper& s) {
    if (s.job().delivery == Delivery::Unknown) s.ask_version();
}

void compare_before_repeating_execute(Stepper& s) {
    const auto& reply = s.event<pcp::VersionReply>();
    if (reply.result != pcp::ResultCode::Ok) return;
    s.job().current_version = reply.version;
    s.commit();
    if (reply.version == s.plan().target_version) return s.succeed();
    if (s.job().delivery == Delivery::Unknown) s.say_execute();
}

void start_update(Stepper& s) {
    s.enter(JobState::Updating, s.now() + s.limits().update);
    s.emit(PublishPhase{UpgradePhase::Updating});
}

void hear_execute_reply(Stepper& s) {
    const auto result = s.event<pcp::ExecuteReply>().result;
    if (result == pcp::ResultCode::Ok || is_busy_with_it(s.job(), result)) return start_update(s);
    s.fail(failure::text_of(result));
}

void hear_late_execute_reply(Stepper& s) {
    const auto result = s.event<pcp::ExecuteReply>().result;
    if (result == pcp::ResultCode::Ok || s.job().executes_sent > 1) return;
    s.fail(failure::text_of(result));
}

void hear_result(Stepper& s) {
    const auto& report = s.event<pcp::UpgradeReport>();
    s.emit(AnswerUpgrade{pcp::ResultCode::Ok});
    s.job().current_version = report.version;
    s.commit();
    if (report.result != pcp::ResultCode::Ok) return s.fail(failure::text_of(report.result));
    if (report.version == s.plan().target_version) return s.succeed();
    std::string detail{failure::kOtherVersion};
    detail.append(": ").append(report.version.text()).append(" instead of ").append(s.plan().target_version.text());
    s.fail(detail);
}

/// 24 out of turn, say of an attempt that was given up: good news counts, bad news is old news.
void hear_early_result(Stepper& s) {
    const auto& report = s.event<pcp::UpgradeReport>();
    s.emit(AnswerUpgrade{pcp::ResultCode::Ok});
    if (report.result != pcp::ResultCode::Ok || report.version != s.plan().target_version) return;
    s.job().current_version = report.version;
    s.succeed();
}

void compare_while_updating(Stepper& s) {
    const auto& reply = s.event<pcp::VersionReply>();
    if (reply.result != pcp::ResultCode::Ok || reply.version != s.plan().target_version) return;
    s.job().current_version = reply.version;
    s.succeed();
}

void verify(Stepper& s) {
    if (s.by_mqtt()) return verify_by_report(s);
    const auto reason = s.job().state == JobState::Executing ? failure::kStartUpdate : failure::kUpdateResult;
    s.enter(JobState::Verifying, s.now() + s.limits().query_version);
    s.job().detail = reason;
    s.job().delivery = Delivery::InFlight;
    s.ask_version();
}

void decide_by_version(Stepper& s) {
    const auto& reply = s.event<pcp::VersionReply>();
    if (reply.result != pcp::ResultCode::Ok) return;
    s.job().current_version = reply.version;
    s.commit();
    if (reply.version == s.plan().target_version) return s.succeed();
    s.fail(std::string(s.job().detail), Stepper::Cause::TimedOut);
}

void ask_version_again(Stepper& s) {
    const bool unheard = s.job().delivery == Delivery::Due || s.job().delivery == Delivery::Unknown;
    if (!unheard) return;
    s.job().delivery = Delivery::InFlight;
    if (s.by_mqtt() && s.job().state == JobState::Verifying) return ask_last(s);
    s.ask_version();
}

void repeat_query(Stepper& s) {
    if (s.by_mqtt() && s.job().state == JobState::Verifying) return miss_last_answer(s);
    s.job().delivery = Delivery::InFlight;
    s.ask_version();
}

// An early 21: the notice of this attempt has not been said, so nothing tells whether both mean the same package.
void refuse_foreign_chunk(Stepper& s) {
    const auto& request = s.event<pcp::ChunkRequest>();
    if (s.wants_other_version(request)) s.refuses(request);
}

void confirm_request(Stepper& s) {
    if (s.event<RequestDelivered>().request != request_of(s.job().state)) return;
    s.job().delivery = Delivery::Delivered;
}

void doubt_request(Stepper& s) {
    if (s.event<RequestUndelivered>().request != request_of(s.job().state)) return;
    s.job().delivery = Delivery::Unknown;
}

void lose_slot_but_go_on(Stepper& s) {
    s.job().holds_slot = false;
    s.commit();
}

void retry(Stepper& s) {
    s.job().executes_sent = 0;
    s.job().notices_sent = 0;
    s.job().last_progress_at.reset();
    s.job().chunks_served = 0;
    s.job().asked_version = false;
    s.enter(JobState::WaitingOnline, s.now() + s.limits().wait_online);
}

void stop(Stepper& s) {
    if (!s.job().started_at) s.job().started_at = s.now();
    s.end(JobState::Stopped, {});
}
void miss_end_time(Stepper& s) { s.fail(failure::kEndTime, Stepper::Cause::Final); }
void give_up_retrying(Stepper& s) { s.end(JobState::Failed, std::string(s.job().detail)); }

void recover(Stepper& s) {
    auto& job = s.job();
    job.held.reset();
    job.transfers = 0;
    job.asked_version = false;
    job.notices_sent = 1;  // at least: one too many makes us patient, one too few makes us unjust
    job.delivery = job.state == JobState::Executing ? Delivery::Unknown : Delivery::Due;
    switch (job.state) {
        case JobState::Queued:
            return s.request_slot(CellLimiter::Place::Tail);
        case JobState::Notifying:
            // Believed to be heard: a download that had begun is known of, but it may begin at any moment, and then a
            // second notice would meet a device that installs.
            if (s.by_mqtt()) job.delivery = Delivery::Delivered;
            return s.note_progress();
        case JobState::Downloading:
            return s.note_progress();
        case JobState::Updating:
            if (s.by_mqtt()) job.idle_deadline = s.now() + s.limits().update;
            return;
        default:
            return;
    }
}

}  // namespace cellwise::domain::job_actions
