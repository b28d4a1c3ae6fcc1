// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/domain/job_machine.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace cellwise::domain {

/// One step under way: the job, what it is told, and what comes of it. The verbs that actions are made of.
class Stepper {
 public:
    using Action = void (*)(Stepper&);

    Stepper(Job job, const Event& event, Timestamp now, const UpgradePlan& plan)
        : out_{std::move(job), {}, false, true}, event_(event), now_(now), plan_(plan) {}

    Step run(Action action) && {
        action(*this);
        return std::move(out_);
    }

    Job& job() { return out_.job; }
    Timestamp now() const { return now_; }
    const UpgradePlan& plan() const { return plan_; }
    const StageLimits& limits() const { return plan_.limits; }
    template <class Kind>
    const Kind& event() const {
        return std::get<Kind>(event_);
    }

    void emit(Effect effect) { out_.effects.push_back(std::move(effect)); }
    /// For hard fields that change without a change of state.
    void commit() { out_.must_commit = true; }

    void enter(JobState state, std::optional<Timestamp> deadline) {
        job().state = state;
        job().deadline = deadline;
        job().delivery = Delivery::Due;
        job().idle_deadline.reset();
        commit();
    }
    bool by_mqtt() const { return plan_.protocol == UpgradeProtocol::Mqtt; }
    void ask_version() {
        job().idle_deadline = now_ + limits().repeat;
        emit(AskVersion{});
    }
    void say_notice();
    void say_execute() {
        ++job().executes_sent;
        job().delivery = Delivery::InFlight;
        commit();
        emit(SendExecute{});
    }
    void note_progress() {
        job().last_progress_at = now_;
        job().idle_deadline = now_ + limits().download_idle;
    }
    /// By MQTT one limit covers all from the notice to the result.
    Duration download_limit() const { return by_mqtt() ? limits().mqtt_download : limits().download; }
    void request_slot(CellLimiter::Place place) { emit(RequestSlot{*job().cell, place}); }

    /// A pause keeps devices from beginning: how long one may be waited for counts from its end. True: the deadline
    /// is a later one now.
    bool wait_longer();
    void give_slot_back();
    void end(JobState state, std::string_view detail);
    void succeed(std::string_view detail = {});

    /// Final: another attempt would end the same.
    enum class Cause { Said, TimedOut, Final };
    void fail(std::string_view detail, Cause cause = Cause::Said);

    bool wants_other_version(const pcp::ChunkRequest& request) const {
        return request.version != plan_.target_version;
    }
    /// Refuses a 21 that may not be answered; true when it did.
    bool refuses(const pcp::ChunkRequest& request);
    /// Answers or refuses a 21; false when it was refused.
    bool serve(const pcp::ChunkRequest& request);

 private:
    Step out_;
    const Event& event_;
    Timestamp now_;
    const UpgradePlan& plan_;
};

}  // namespace cellwise::domain
