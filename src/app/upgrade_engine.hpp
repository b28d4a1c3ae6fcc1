// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/device_link.hpp"
#include "app/mqtt_upgrades.hpp"
#include "app/pointer_index.hpp"
#include "app/slot_desk.hpp"
#include "app/upgrade_plans.hpp"
#include "app/upgrade_timeline.hpp"
#include "app/uplink_buffer.hpp"

#include "cellwise/domain/cell_limiter.hpp"
#include "cellwise/domain/job_machine.hpp"
#include "cellwise/ports/clock.hpp"
#include "cellwise/ports/database.hpp"
#include "cellwise/ports/device_events.hpp"
#include "cellwise/ports/downloads.hpp"
#include "cellwise/ports/metrics.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace cellwise::app {

/// Runs the jobs: everything that happens to one becomes an event, the event is stepped, the step committed, and then
/// its effects leave. A job lives in memory from its device's first uplink until it ends or waits for the device
/// again; what sleeps lies in the database. Loop thread only.
class UpgradeEngine final : public ports::DeviceEvents, public MqttUpgrades, public ports::TransferEvents {
 public:
    /// The ways to the devices.
    struct Links {
        ChunkLink& pcp;
        UrlLink& mqtt;
    };
    /// Where a MQTT device finds its package, and what it proves itself by.
    struct DownloadOffer {
        std::string url{};
        std::string token{};
        Duration expires{};
        /// Stores what the token is checked by, in the transaction that commits the notice.
        std::function<Status(ports::Transaction&)> keep{};
    };
    struct Options {
        domain::SlotLimits slots{};
        domain::StageLimits limits{};
        domain::SlotHold hold = domain::SlotHold::Upgrade;
        domain::CoverageRanges ranges{};
    };
    /// What the owner wants to know: that pushes were committed, that storing failed for good, and, for those who
    /// watch, a job whose changes are durable and a cell whose slots or line changed; and what shares a device with
    /// its upgrade.
    struct Hooks {
        std::function<void()> pushes_committed = [] {};
        std::function<void(const domain::Job&)> job_changed = [](const domain::Job&) {};
        std::function<void(const domain::CellKey&)> cell_changed = [](const domain::CellKey&) {};
        std::function<void(const Error&)> store_failed = [](const Error&) {};
        /// The device may listen and no upgrade of it is under way, or one waits since then to begin: it may be told
        /// something else now. True: that is under way, and the upgrade begins after it.
        std::function<bool(const DeviceId&, std::optional<Timestamp> upgrade_since)> take_turn =
            [](const DeviceId&, std::optional<Timestamp>) { return false; };
        /// What of the devices' business data is to be pushed, in the transaction that stores it; how many pushes.
        UplinkBuffer::Publish publish_data = [](ports::Transaction&, const std::vector<ports::Uplink>&) {
            return std::size_t{0};
        };
        /// Business data of the device, after it was kept.
        std::function<void(const DeviceId&, ByteView)> business_data = [](const DeviceId&, ByteView) {};
        /// Another one for every notice to a MQTT device.
        std::function<DownloadOffer(const domain::Job&)> offer_download = [](const domain::Job&) {
            return DownloadOffer{.keep = [](ports::Transaction&) { return Status{}; }};
        };
    };

    UpgradeEngine(ports::Database& database, ports::Clock& clock, ports::PackageFiles& files, const Links& links,
                  ports::Metrics& metrics, const Options& options, Hooks hooks);

    /// Rebuilds slots and lines from the stored jobs. Once, before the first event.
    Status recover();

    void expect(std::span<const DeviceId> devices) override;
    void on_heard(const DeviceId& device) override;
    void on_data(const DeviceId& device, ByteView payload) override;

    void on_session(const DeviceId& device) override;
    void on_version(const DeviceId& device, const domain::Version& version) override;
    void on_progress(const DeviceId& device, const domain::ProgressReported& report) override;
    void on_report(const DeviceId& device, ByteView payload) override;
    void on_transfer_started(const DeviceId& device, const JobId& job, std::function<void()> noted) override;
    void on_transfer_progress(const DeviceId& device, const JobId& job, std::uint64_t bytes) override;
    void on_transfer_ended(const DeviceId& device, const JobId& job, bool whole) override;

    /// Tells a stored job, whether it lives in memory or not. False: it has no plan, and stays as it is.
    bool tell(const domain::Job& stored, const domain::Event& event);
    /// Something waits to be told to the device besides its upgrade: its turn is now, unless an upgrade is under way.
    void offer_turn(const DeviceId& device);
    /// An upgrade of the device is under way, or its end is not durable yet; also when nobody can say.
    bool occupies(const DeviceId& device);
    /// Another upgrade of the device is under way, by the database or by what is about to be committed.
    Result<bool> is_upgrading(const DeviceId& device);

    /// Limits that hold from now on. Those of slots: the waiting are offered what was raised at once (the first
    /// thousand cells, the next by tick()); no slot is taken from who has one. Those of stages: for stages that begin
    /// or are renewed from now on; a deadline that runs stays.
    void set_limits(const domain::SlotLimits& slots, const domain::StageLimits& limits);

    /// A task is paused from now on, or was resumed then: its jobs that have begun go on, the others stay where they
    /// are and keep their places in line. It is the caller's to store.
    void set_pause(const TaskId& task, bool paused, std::optional<Timestamp> resumed_at);
    /// Somebody gave the word for a job that waits for it. A device that listens just now begins at once. False: it
    /// has no plan, and stays as it is.
    bool confirm(const domain::Job& stored);

    /// Deadlines that have passed, leases that ran out, what is written behind. Call about once a second.
    void tick();

    std::vector<domain::CellLimiter::Usage> cells(const std::optional<domain::CellKey>& after,
                                                  std::size_t limit) const {
        return slots_.limiter().usages(after, limit);
    }
    domain::CellLimiter::Usage cell(const domain::CellKey& key) const { return slots_.limiter().usage(key); }
    const domain::SlotLimits& slot_limits() const { return options_.slots; }
    /// They stay as they are: callable from any thread.
    const domain::CoverageRanges& ranges() const { return options_.ranges; }
    std::size_t live_jobs() const { return live_.size(); }

 private:
    struct LiveJob : std::enable_shared_from_this<LiveJob> {
        domain::Job job;
        std::shared_ptr<const UpgradePlanEntry> plan;
        std::uint32_t uncommitted = 0;     ///< writes asked for and not yet done
        std::optional<Timestamp> timer{};  ///< when it stands in timers_
        std::uint32_t chunks_saved = 0;
        bool in_unsaved = false;                       ///< it stands in unsaved_
        bool detached = false;                         ///< the device's place in live_ belongs to another job
        std::shared_ptr<const DownloadOffer> offer{};  ///< of the notice that was said last
    };
    using Live = std::shared_ptr<LiveJob>;
    struct Unsaved {
        Timestamp due;
        Live live;
    };

    ports::Database& database_;
    ports::Clock& clock_;
    ChunkLink& link_;
    UrlLink& mqtt_;
    Options options_;
    Hooks hooks_;
    UpgradePlans plans_;
    SlotDesk slots_;
    UplinkBuffer uplinks_;
    std::unordered_map<DeviceId, Live> live_;
    PointerIndex<LiveJob> live_by_hash_;               ///< the short way to nearly all of them
    std::set<std::pair<Timestamp, DeviceId>> timers_;  ///< idle deadlines, moved lazily
    std::deque<Unsaved> unsaved_;                      ///< chunks were served since the last write, oldest first

    struct Numbers {
        ports::Counter& steps;
        ports::Counter& unhandled;
        ports::Counter& chunks;
        ports::Counter& frames;
        ports::Counter& malformed;
        ports::Gauge& slots_in_use;
        ports::Gauge& slots_waiting;
        ports::Gauge& jobs_live;
    } numbers_;

    Live find_live(const DeviceId& device);
    Live bring_to_life(domain::Job job);
    void keep_live(const Live& live);
    bool is_current(const LiveJob& live) const;
    void let_sleep(const Live& live);
    void hear(const Live& live);
    void dispatch(const Live& live, const domain::Event& event);
    void commit(const Live& live, Timeline timeline, std::vector<domain::Effect> effects);
    void after_commit(const Live& live, const std::vector<domain::Effect>& effects);
    void run(const Live& live, const domain::Effect& effect);
    void send_notice(const Live& live);
    void offer_download(const Live& live, const std::vector<domain::Effect>& effects);
    void tell_by_mqtt(const DeviceId& device, const domain::Event& event);
    void tell_transfer(const DeviceId& device, const JobId& job, const domain::Event& event);
    DeviceLink& link_of(const Live& live);
    bool is_awake(const DeviceId& device) const { return link_.is_awake(device) || mqtt_.is_awake(device); }
    bool may_begin(const DeviceId& device) const;
    bool on_slot_granted(const SlotDesk::Holder& holder);
    void arm_timer(const Live& live);
    void fire_timers(Timestamp now);
    void fire_deadlines(Timestamp now);
    void fire_leases(Timestamp now);
    void note_progress(const Live& live, Timestamp now);
    void save_progress(Timestamp now);
    void on_frame_without_job(const DeviceId& device, const domain::pcp::Frame& frame, ByteView payload);
    DeviceLink::Outcome outcome_of(const Live& live, domain::Request request);
    Timestamp lease_end(const domain::Job& job) const;
    Duration first_lease() const;
};

}  // namespace cellwise::app
