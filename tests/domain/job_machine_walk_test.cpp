// SPDX-License-Identifier: Apache-2.0
#include "tests/domain/job_fixture.hpp"

#include <random>
#include <set>

/// Random events, right and wrong, early and late, into one job after another; what must always hold is checked after
/// every step.
namespace cellwise::domain {
namespace {

class JobWalk {
 public:
    explicit JobWalk(std::uint32_t seed) : random_(seed) {
        c_.plan.protocol = pick(2) == 0 ? UpgradeProtocol::Pcp : UpgradeProtocol::Mqtt;
        c_.plan.retry_times = pick(3);
        c_.plan.retry_interval = 1min;
        c_.plan.confirm = pick(3) == 0;
        c_.plan.hold = pick(2) == 0 ? SlotHold::Upgrade : SlotHold::Download;
    }

    void run() {
        for (int i = 0; i < 400 && !::testing::Test::HasFailure(); ++i) take_a_step();
    }

    bool ended() const { return is_finished(c_.job.state); }

 private:
    Conversation c_;
    std::mt19937 random_;
    bool slot_ = false;     ///< by the effects: granted and not yet given back
    bool in_line_ = false;  ///< by the effects: asked for and not yet granted or given back
    int results_ = 0;
    std::uint32_t executes_ = 0;

    std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
    ResultCode any_result() {
        static constexpr std::array kCodes{0x00, 0x00, 0x00, 0x01, 0x05, 0x06, 0x07, 0x0A, 0x7F, 0x80, 0xFF};
        return static_cast<ResultCode>(kCodes[pick(kCodes.size())]);
    }
    Version any_version() {
        static const std::array kVersions{version("V1.0"), version("V2.0"), version("V2.01"), Version{}};
        return kVersions[pick(kVersions.size())];
    }
    RadioReport any_radio() {
        RadioReport report;
        if (pick(4) != 0) report.cell = CellId{"7"};
        if (pick(3) != 0) report.rsrp_dbm = -130.0 + pick(60);
        if (pick(3) != 0) report.sinr_db = -20.0 + pick(40);
        return report;
    }

    Event any_event() {
        switch (pick(22)) {
            case 0:
                return Started{static_cast<StartVerdict>(pick(12) == 0 ? 1 : 0)};
            case 1:
                return DeviceHeard{};
            case 2:
                return pcp::VersionReply{ResultCode::Ok, any_version()};
            case 3:
                return pcp::NoticeReply{any_result()};
            case 4:
                return pcp::ChunkRequest{any_version(), static_cast<std::uint16_t>(pick(12))};
            case 5:
                return pcp::DownloadReport{any_result()};
            case 6:
                return pcp::ExecuteReply{any_result()};
            case 7:
                return pcp::UpgradeReport{any_result(), any_version()};
            case 8:
                return RadioRead{any_radio()};
            case 9:
                return RequestDelivered{static_cast<Request>(pick(4))};
            case 10:
                return RequestUndelivered{static_cast<Request>(pick(4))};
            case 11:
                return Recovered{};
            case 12:
                return pick(20) == 0 ? Event{StopRequested{}} : Event{DeviceHeard{}};
            case 13:
                return pick(20) == 0 ? Event{TaskEnded{}} : Event{DeviceHeard{}};
            case 14:
                return slot_ && pick(10) == 0 ? Event{SlotLost{}} : Event{DeviceHeard{}};
            case 15:
                return pick(3) == 0 ? Event{Confirmed{}} : Event{DeviceHeard{}};
            case 16:
                return pick(2) == 0 ? Event{VersionReported{any_version()}} : Event{SessionBegan{}};
            case 17:
                return any_progress_report();
            case 18:
                return any_transfer();
            // What the world owes the job: a free slot, a deadline.
            default:
                return owed_event();
        }
    }
    Event any_progress_report() {
        ProgressReported report{.result_code = static_cast<int>(any_result())};
        if (pick(2) == 0) report.progress = static_cast<int>(pick(101));
        if (pick(3) != 0) report.version = any_version();
        return report;
    }
    Event any_transfer() {
        switch (pick(3)) {
            case 0:
                return TransferStarted{};
            case 1:
                return TransferMoved{pick(11)};
            default:
                return TransferEnded{pick(2) == 0};
        }
    }
    Event owed_event() {
        const bool held = c_.plan.paused && c_.job.state == JobState::Queued;
        if (in_line_ && !held && pick(2) == 0) return SlotGranted{};
        if (c_.job.idle_deadline && pick(3) == 0)
            return c_.now = std::max(c_.now, *c_.job.idle_deadline), IdlePassed{};
        if (c_.job.deadline && pick(6) == 0) return c_.now = std::max(c_.now, *c_.job.deadline), DeadlinePassed{};
        return DeviceHeard{};
    }

    void pause_or_resume() {
        if (pick(30) != 0) return;
        c_.plan.paused = !c_.plan.paused;
        if (!c_.plan.paused) c_.plan.resumed_at = c_.now;
    }

    void take_a_step() {
        pause_or_resume();
        const auto event = any_event();
        const auto before = c_.job;
        if (std::holds_alternative<SlotGranted>(event)) in_line_ = false, slot_ = true;
        if (std::holds_alternative<SlotLost>(event)) slot_ = false;
        if (std::holds_alternative<Recovered>(event)) in_line_ = false, slot_ = c_.job.holds_slot;
        c_.after(Duration{pick(5'000)});
        const auto effects = c_.tell(event);
        SCOPED_TRACE(std::string(name_of(event)) + " in " + std::string(to_string(before.state)) + " -> " +
                     std::string(to_string(c_.job.state)));
        for (const auto& effect : effects) account_for(effect);
        check(before);
    }

    void account_for(const std::string& effect) {
        if (effect.starts_with("RequestSlot")) {
            EXPECT_FALSE(slot_) << "asks for a slot while it has one";
            in_line_ = true;
        }
        if (effect == "ReleaseSlot") slot_ = in_line_ = false;
        if (effect == "PublishResult") ++results_;
        if (effect == "SendExecute") ++executes_;
    }

    void check(const Job& before) {
        const auto& job = c_.job;
        using enum JobState;
        if (is_finished(before.state)) {
            EXPECT_EQ(job, before) << "an end is an end";
        }
        EXPECT_EQ(job.holds_slot, slot_) << "the job's word and the effects must agree";
        const std::set<JobState> with_slot{Notifying, Downloading};
        const std::set<JobState> perhaps{Executing, Updating, Verifying};
        EXPECT_TRUE(!with_slot.contains(job.state) || job.holds_slot);
        EXPECT_TRUE(with_slot.contains(job.state) || perhaps.contains(job.state) || !job.holds_slot);
        EXPECT_TRUE(!in_line_ || job.state == Queued || job.state == Suspended) << "stands in line for nothing";
        EXPECT_EQ(results_, is_finished(job.state) ? 1 : 0) << "one result a job";
        EXPECT_EQ(job.deadline.has_value(), job.state != Waiting && !is_finished(job.state))
            << "every wait has an end";
        const std::set<JobState> not_begun{Waiting, WaitingOnline, Queued};
        if (c_.plan.paused && not_begun.contains(before.state)) {
            EXPECT_TRUE(not_begun.contains(job.state) || job.state == WaitingRetry || is_finished(job.state))
                << "begun in a pause";
        }
        if (c_.plan.confirm && (with_slot.contains(job.state) || job.state == Queued)) {
            EXPECT_TRUE(job.confirmed) << "begun without the word";
        }
        EXPECT_EQ(job.ended_at.has_value(), is_finished(job.state));
        if (job.state == Succeeded) {
            EXPECT_EQ(job.current_version, c_.plan.target_version);
        }
        auto soft_only = job;
        soft_only.delivery = before.delivery, soft_only.idle_deadline = before.idle_deadline;
        soft_only.last_progress_at = before.last_progress_at, soft_only.notices_sent = before.notices_sent;
        soft_only.held = before.held, soft_only.chunks_served = before.chunks_served;
        soft_only.transfers = before.transfers, soft_only.asked_version = before.asked_version;
        EXPECT_TRUE(c_.committed || soft_only == before) << "a hard field changed without a commit";
        EXPECT_TRUE(c_.handled || job == before);
    }
};

TEST(JobMachineWalk, KeepsItsPromisesUnderAnyOrderOfEvents) {
    int ended = 0;
    for (std::uint32_t seed = 1; seed <= 2'000 && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        JobWalk walk(seed);
        walk.run();
        ended += walk.ended() ? 1 : 0;
    }
    EXPECT_GT(ended, 1'500) << "the walk must reach the ends, else it proves little";
}

}  // namespace
}  // namespace cellwise::domain
