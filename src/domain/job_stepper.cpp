// SPDX-License-Identifier: Apache-2.0
#include "domain/job_stepper.hpp"

#include <algorithm>

namespace cellwise::domain {

bool Stepper::wait_longer() {
    const auto from = plan_.paused ? std::optional(now_) : plan_.resumed_at;
    if (!from || *from + limits().wait_online <= now_) return false;
    job().deadline = *from + limits().wait_online;
    commit();
    return true;
}

void Stepper::say_notice() {
    ++job().notices_sent;
    job().delivery = Delivery::InFlight;
    job().idle_deadline = now_ + limits().repeat;
    if (by_mqtt()) {
        // It may be heard when the device is back, and a repeat may disturb it: patience grows with every one.
        job().idle_deadline = now_ + limits().download_idle * (1U << std::min(job().notices_sent - 1, 5U));
        job().asked_version = false;
        job().last_progress_at = now_;
        commit();  // a token of its own is stored with it
    }
    emit(SendNotice{});
}

void Stepper::give_slot_back() {
    const bool in_line = job().state == JobState::Queued || job().state == JobState::Suspended;
    if (job().holds_slot || in_line) emit(ReleaseSlot{});
    job().holds_slot = false;
    job().held.reset();
}

void Stepper::end(JobState state, std::string_view detail) {
    give_slot_back();
    enter(state, std::nullopt);
    job().detail = detail;
    job().ended_at = now_;
    if (job().cell) emit(PublishPhase{UpgradePhase::Idle});
    emit(PublishResult{});
}

void Stepper::succeed(std::string_view detail) {
    job().timed_out = false;
    end(JobState::Succeeded, detail);
}

void Stepper::fail(std::string_view detail, Cause cause) {
    ++job().failures;
    job().timed_out = cause == Cause::TimedOut;
    if (cause == Cause::Final || job().failures > plan_.retry_times) return end(JobState::Failed, detail);
    give_slot_back();
    enter(JobState::WaitingRetry, now_ + plan_.retry_interval);
    job().detail = detail;
}

bool Stepper::refuses(const pcp::ChunkRequest& request) {
    if (wants_other_version(request)) {
        emit(RefuseChunk{pcp::ResultCode::NoSuchTask, request.index});
    } else if (request.index >= plan_.chunk_count) {
        emit(RefuseChunk{pcp::ResultCode::NoSuchChunk, request.index});
    } else {
        return false;
    }
    return true;
}

bool Stepper::serve(const pcp::ChunkRequest& request) {
    if (refuses(request)) return false;
    job().chunks_served = std::max(job().chunks_served, request.index + 1U);
    emit(AnswerChunk{request.index});
    return true;
}

}  // namespace cellwise::domain
