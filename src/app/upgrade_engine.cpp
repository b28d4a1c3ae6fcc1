// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade_engine.hpp"

#include "app/transact.hpp"
#include "app/upgrade_pushes.hpp"

#include "cellwise/base/assert.hpp"
#include "cellwise/base/log.hpp"
#include "cellwise/base/prefetch.hpp"
#include "cellwise/domain/pcp.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::app {
namespace {

using domain::Effect;
using domain::Event;
using domain::Job;
using domain::JobState;

/// Waits for the device, or is over: nothing of it has to be in memory.
bool may_sleep(JobState state) {
    return state == JobState::Waiting || state == JobState::WaitingOnline || state == JobState::WaitingConfirmation ||
           state == JobState::WaitingRetry || domain::is_finished(state);
}

/// Has begun, but not with its device.
bool waits_for_device(JobState state) { return state == JobState::WaitingOnline || state == JobState::WaitingRetry; }

bool publishes(const Effect& effect) {
    return std::holds_alternative<domain::PublishPhase>(effect) ||
           std::holds_alternative<domain::PublishResult>(effect);
}

bool is_notice(const Effect& effect) { return std::holds_alternative<domain::SendNotice>(effect); }

std::uint64_t hash_of(const DeviceId& device) { return std::hash<DeviceId>{}(device); }

Event as_event(domain::pcp::DeviceMessage message) {
    return std::visit([](auto&& body) -> Event { return body; }, std::move(message));
}

}  // namespace

UpgradeEngine::UpgradeEngine(ports::Database& database, ports::Clock& clock, ports::PackageFiles& files,
                             const Links& links, ports::Metrics& metrics, const Options& options, Hooks hooks)
    : database_(database),
      clock_(clock),
      link_(links.pcp),
      mqtt_(links.mqtt),
      options_(options),
      hooks_(std::move(hooks)),
      plans_(database, files, options.limits, options.hold, options.ranges),
      slots_(
          options.slots, [this](const DeviceId& device) { return may_begin(device); },
          [this](const SlotDesk::Holder& holder) { return on_slot_granted(holder); }),
      uplinks_(database, metrics, hooks_.publish_data, hooks_.pushes_committed),
      numbers_{
          metrics.counter("cellwise_job_steps_total", "Events that changed or answered for a job"),
          metrics.counter("cellwise_job_events_unhandled_total", "Events that the job table has no row for"),
          metrics.counter("cellwise_chunks_served_total", "Chunks answered to devices"),
          metrics.counter("cellwise_pcp_frames_total", "PCP frames received"),
          metrics.counter("cellwise_pcp_malformed_total", "PCP frames whose body says nothing"),
          metrics.gauge("cellwise_slots_in_use", "Upgrades that hold a slot of their cell"),
          metrics.gauge("cellwise_slots_waiting", "Upgrades in line for a slot"),
          metrics.gauge("cellwise_jobs_live", "Jobs in memory"),
      } {
    slots_.on_change([this](const domain::CellKey& key) { hooks_.cell_changed(key); });
}

// Jobs in memory. ------------------------------------------------------------------------------------------------

UpgradeEngine::Live UpgradeEngine::bring_to_life(Job job) {
    auto plan = plans_.of(job.task);
    if (!plan) {
        log::error("job without a plan", {{"job", job.id}, {"reason", plan.error().message}});
        return nullptr;
    }
    auto live = std::make_shared<LiveJob>();
    live->chunks_saved = job.chunks_served;
    live->job = std::move(job);
    live->plan = std::move(*plan);
    return live;
}

UpgradeEngine::Live UpgradeEngine::find_live(const DeviceId& device) {
    auto* const known = live_by_hash_.find(hash_of(device));
    if (known != nullptr && known->job.device == device) return known->shared_from_this();
    if (const auto found = live_.find(device); found != live_.end()) return found->second;
    std::optional<Job> stored;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        auto job = tx.jobs().find_running(device);
        if (!job) return job.error();
        stored = std::move(*job);
        return Status{};
    });
    if (!read) {
        log::error("running job cannot be read", {{"device", device}, {"reason", read.error().message}});
        return nullptr;
    }
    if (!stored) return nullptr;
    auto live = bring_to_life(std::move(*stored));
    if (live) keep_live(live);
    return live;
}

void UpgradeEngine::keep_live(const Live& live) {
    if (live_.emplace(live->job.device, live).second) live_by_hash_.put(hash_of(live->job.device), *live);
}

bool UpgradeEngine::is_current(const LiveJob& live) const {
    const auto found = live_.find(live.job.device);
    return found != live_.end() && found->second.get() == &live;
}

void UpgradeEngine::let_sleep(const Live& live) {
    if (live->uncommitted > 0 || !may_sleep(live->job.state)) return;
    if (live->timer) timers_.erase({*live->timer, live->job.device});
    live->timer.reset();
    if (!is_current(*live)) return;
    const auto& device = live->job.device;
    if (const auto hash = hash_of(device); live_by_hash_.find(hash) == live.get()) live_by_hash_.erase(hash);
    live_.erase(device);
    if (domain::is_finished(live->job.state)) hooks_.take_turn(live->job.device, std::nullopt);
}

// Events. --------------------------------------------------------------------------------------------------------

void UpgradeEngine::expect(std::span<const DeviceId> devices) {
    for (const auto& device : devices) live_by_hash_.expect(hash_of(device));
    for (const auto& device : devices) {
        if (const auto* live = live_by_hash_.find(hash_of(device))) prefetch(*live);
    }
}

void UpgradeEngine::on_heard(const DeviceId& device) {
    const auto live = find_live(device);
    if (!live) return void(hooks_.take_turn(device, std::nullopt));
    hear(live);
    let_sleep(live);
}

void UpgradeEngine::hear(const Live& live) {
    const bool has_command =
        waits_for_device(live->job.state) && hooks_.take_turn(live->job.device, live->job.started_at);
    dispatch(live, domain::DeviceHeard{.has_command = has_command});
}

void UpgradeEngine::offer_turn(const DeviceId& device) {
    const auto live = find_live(device);
    if (!live) return void(hooks_.take_turn(device, std::nullopt));
    if (waits_for_device(live->job.state)) hooks_.take_turn(device, live->job.started_at);
    let_sleep(live);
}

void UpgradeEngine::on_data(const DeviceId& device, ByteView payload) {
    const auto frame = domain::pcp::find_frame(payload);
    if (!frame) {
        uplinks_.keep(device, payload, clock_.now());
        hooks_.business_data(device, payload);
        return on_heard(device);
    }
    const auto live = find_live(device);
    if (!live) return on_frame_without_job(device, *frame, payload);
    numbers_.frames.add();
    if (auto message = domain::pcp::decode_device_message(*frame)) {
        const bool downloading = live->job.state == JobState::Downloading;
        const bool wants_chunk = std::holds_alternative<domain::pcp::ChunkRequest>(*message);
        dispatch(live, as_event(std::move(*message)));
        if (downloading && wants_chunk) return;  // the hot path: a request says more than that it was heard
    } else {
        numbers_.malformed.add();
    }
    hear(live);
    let_sleep(live);
}

void UpgradeEngine::on_frame_without_job(const DeviceId& device, const domain::pcp::Frame& frame, ByteView payload) {
    std::optional<Job> last;
    bool is_pcp_product = false;
    const auto read = database_.read([&](ports::Transaction& tx) -> Status {
        const auto found = tx.devices().find(device);
        if (!found || !*found) return Status{};
        const auto product = tx.products().find((*found)->product);
        is_pcp_product = product && *product && (*product)->supports_software_upgrade;
        auto job = tx.jobs().find_last_finished(device);
        if (job) last = std::move(*job);
        return Status{};
    });
    if (!read) return log::error("last job cannot be read", {{"device", device}, {"reason", read.error().message}});
    // A product that knows no PCP may send bytes that look like it: they are its data.
    hooks_.take_turn(device, std::nullopt);
    if (!is_pcp_product) return uplinks_.keep(device, payload, clock_.now());
    numbers_.frames.add();
    const auto message = domain::pcp::decode_device_message(frame);
    if (!message) return numbers_.malformed.add();
    const auto answer = domain::answer_without_job(*message, last ? &*last : nullptr);
    if (!answer) return numbers_.unhandled.add();
    if (const auto* chunk = std::get_if<domain::RefuseChunk>(&*answer)) {
        link_.refuse_chunk(device, chunk->result, chunk->index);
    } else if (const auto* download = std::get_if<domain::AnswerDownload>(&*answer)) {
        link_.answer_download(device, download->result);
    } else if (const auto* upgrade = std::get_if<domain::AnswerUpgrade>(&*answer)) {
        link_.answer_upgrade(device, upgrade->result);
    }
}

bool UpgradeEngine::tell(const Job& stored, const Event& event) {
    Live live;
    const auto found = live_.find(stored.device);
    if (found != live_.end() && found->second->job.id == stored.id) {
        live = found->second;
    } else {
        live = bring_to_life(stored);
        if (!live) return false;
        // While another job of the device runs, this one only ends: it never takes the device's place.
        live->detached = found != live_.end() || stored.state == JobState::Waiting;
        if (!live->detached) keep_live(live);
    }
    dispatch(live, event);
    if (live->detached && !live_.contains(stored.device) && !domain::is_finished(live->job.state)) {
        live->detached = false;
        keep_live(live);
    }
    let_sleep(live);
    return true;
}

bool UpgradeEngine::occupies(const DeviceId& device) {
    if (live_.contains(device)) return true;
    const auto running = is_upgrading(device);
    return !running || *running;
}

Result<bool> UpgradeEngine::is_upgrading(const DeviceId& device) {
    // What is stored as running may have ended in a commit that is under way.
    if (const auto found = live_.find(device); found != live_.end()) {
        return !domain::is_finished(found->second->job.state);
    }
    return read<bool>(database_, [&](ports::Transaction& tx) -> Result<bool> {
        const auto job = tx.jobs().find_running(device);
        if (!job) return job.error();
        return job->has_value();
    });
}

// Step, commit, effects. -----------------------------------------------------------------------------------------

void UpgradeEngine::dispatch(const Live& live, const Event& event) {
    const auto now = clock_.now();
    const auto before = trace_of(live->job);
    auto step = domain::step(std::move(live->job), event, now, live->plan->plan);
    live->job = std::move(step.job);
    (step.handled ? numbers_.steps : numbers_.unhandled).add();
    arm_timer(live);
    offer_download(live, step.effects);
    if (!step.must_commit) note_progress(live, now);
    if (step.must_commit) {
        if (live->job.holds_slot) slots_.renew(live->job.id, lease_end(live->job));
        commit(live, timeline_of(before, live->job, event, now), std::move(step.effects));
    } else if (live->uncommitted > 0 && !step.effects.empty()) {
        // An earlier step of the job is being committed: these effects must not overtake it.
        ++live->uncommitted;
        auto done = [this, live, effects = std::move(step.effects)](const Status&) { after_commit(live, effects); };
        database_.write([](ports::Transaction&) { return Status{}; }, std::move(done));
    } else {
        for (const auto& effect : step.effects) run(live, effect);
    }
}

void UpgradeEngine::commit(const Live& live, Timeline timeline, std::vector<Effect> effects) {
    ++live->uncommitted;
    live->chunks_saved = live->job.chunks_served;
    const bool has_pushes = std::any_of(effects.begin(), effects.end(), publishes);
    const bool has_notice = std::any_of(effects.begin(), effects.end(), is_notice);
    auto work = [job = live->job, plan = live->plan, effects, timeline = std::move(timeline), now = clock_.now(),
                 offer = has_notice ? live->offer : nullptr](ports::Transaction& tx) -> Status {
        if (auto saved = tx.jobs().save(job); !saved) return saved;
        if (offer) {
            if (auto kept = offer->keep(tx); !kept) return kept;
        }
        if (timeline.heard_version) {
            if (auto recorded = tx.devices().record_version(job.device, job.current_version); !recorded)
                return recorded;
        }
        for (const auto& entry : timeline.entries) {
            if (auto appended = tx.timeline().append(entry); !appended) return appended;
        }
        for (const auto& effect : effects) {
            if (!publishes(effect)) continue;
            if (auto pushed = append_push(tx, job, plan->plan, effect, now); !pushed) return pushed;
        }
        return Status{};
    };
    auto done = [this, live, has_pushes, effects = std::move(effects)](const Status& status) {
        if (!status) return hooks_.store_failed(status.error());
        after_commit(live, effects);
        if (has_pushes) hooks_.pushes_committed();
    };
    database_.write(std::move(work), std::move(done));
}

void UpgradeEngine::after_commit(const Live& live, const std::vector<Effect>& effects) {
    if (--live->uncommitted == 0) hooks_.job_changed(live->job);
    for (const auto& effect : effects) run(live, effect);
    let_sleep(live);
}

DeviceLink::Outcome UpgradeEngine::outcome_of(const Live& live, domain::Request request) {
    return [this, weak = std::weak_ptr(live), request](ports::DeliveryOutcome outcome) {
        const auto still_live = weak.lock();
        if (!still_live || outcome == ports::DeliveryOutcome::Cancelled) return;
        if (outcome == ports::DeliveryOutcome::Delivered) {
            dispatch(still_live, domain::RequestDelivered{request});
        } else {
            dispatch(still_live, domain::RequestUndelivered{request});
        }
    };
}

void UpgradeEngine::run(const Live& live, const Effect& effect) {
    struct Runner {
        UpgradeEngine& engine;
        const Live& live;
        const DeviceId& device = live->job.device;

        void operator()(const domain::AskVersion&) {
            engine.link_of(live).ask_version(device, engine.outcome_of(live, domain::Request::Version));
        }
        void operator()(const domain::ReadRadio&) {
            auto answer = [&self = engine, weak = std::weak_ptr(live)](ports::DeliveryOutcome outcome,
                                                                       const domain::RadioReport& report) {
                const auto still_live = weak.lock();
                if (!still_live) return;
                const bool said =
                    outcome == ports::DeliveryOutcome::Delivered || outcome == ports::DeliveryOutcome::Refused;
                self.dispatch(still_live, said ? Event{domain::RadioRead{report}}
                                               : Event{domain::RequestUndelivered{domain::Request::Radio}});
            };
            engine.link_of(live).read_radio(device, std::move(answer));
        }
        void operator()(const domain::RequestSlot& request) {
            const auto state = live->job.state;
            // It may have ended while this effect waited for its commit.
            if (state != JobState::Queued && state != JobState::Suspended) return;
            engine.slots_.request({live->job.id, device}, request.key, request.place, engine.first_lease(),
                                  engine.clock_.now());
        }
        void operator()(const domain::ReleaseSlot&) {
            engine.slots_.release(live->job.id, engine.first_lease(), engine.clock_.now());
        }
        void operator()(const domain::SendNotice&) { engine.send_notice(live); }
        void operator()(const domain::AnswerChunk& chunk) {
            if (!live->plan->payload)
                return engine.link_.refuse_chunk(device, domain::pcp::ResultCode::NoSuchTask, chunk.index);
            engine.numbers_.chunks.add();
            engine.link_.answer_chunk(device, chunk.index, live->plan->chunk(chunk.index));
        }
        void operator()(const domain::RefuseChunk& chunk) {
            engine.link_.refuse_chunk(device, chunk.result, chunk.index);
        }
        void operator()(const domain::AnswerDownload& answer) { engine.link_.answer_download(device, answer.result); }
        void operator()(const domain::SendExecute&) {
            engine.link_.send_execute(device, engine.outcome_of(live, domain::Request::Execute));
        }
        void operator()(const domain::AnswerUpgrade& answer) { engine.link_.answer_upgrade(device, answer.result); }
        void operator()(const domain::PublishPhase&) {}   // part of the commit
        void operator()(const domain::PublishResult&) {}  // part of the commit
    };
    std::visit(Runner{*this, live}, effect);
}

}  // namespace cellwise::app
