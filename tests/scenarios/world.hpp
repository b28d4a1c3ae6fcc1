// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/inline_database.hpp"
#include "app/command_service.hpp"
#include "app/pcp_link.hpp"
#include "app/task_service.hpp"
#include "app/upgrade_engine.hpp"
#include "tests/fakes/memory_package_files.hpp"
#include "tests/fakes/null_metrics.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/fakes/temporary_directory.hpp"
#include "tests/scenarios/field.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cellwise::scenarios {

/// A daemon's core over a real database file, and a field of devices: time turned by hand, every commit in the test's
/// hands, and the process may die at any of them.
class World {
 public:
    explicit World(std::uint32_t seed = 1);
    ~World();

    app::UpgradeEngine::Options options{};
    Duration start_delay{10'000};
    fakes::ManualClock clock{};
    Field field;

    /// The process starts, again or for the first time; recovers what it finds.
    void start_process();
    /// Gone, with everything in memory and every group that is not committed.
    void kill_process();
    bool runs() const { return process_ != nullptr; }

    /// The commit with this number becomes durable, and then the process dies before anybody hears of it.
    void die_after_commit(std::uint64_t number) { fatal_commit_ = number; }
    /// The group that would be this commit is lost with the process.
    void die_before_commit(std::uint64_t number) { fatal_group_ = number; }
    std::uint64_t commits() const { return commits_; }

    DeviceId add_device(const domain::RadioReport& radio, const std::function<void(DeviceNature&)>& with = {});
    std::vector<DeviceId> add_devices(int count, const domain::RadioReport& radio,
                                      const std::function<void(DeviceNature&)>& with = {});
    /// An upgrade to V2.0 of these devices.
    TaskId create_task(const std::vector<DeviceId>& devices, const domain::TaskPolicy& policy = {});
    Result<domain::Task> try_create_task(app::NewTask request);
    Status stop_task(const TaskId& id);
    /// A command of the application's, {"n": number} by default.
    Result<domain::Command> try_create_command(app::NewCommand wanted);
    CommandId create_command(const DeviceId& device, int number = 1, std::uint32_t max_retransmit = 0);
    Result<domain::Command> cancel_command(const CommandId& id);
    domain::Command command(const CommandId& id);
    Status erase_task(const TaskId& id);
    Status pause_task(const TaskId& id);
    Status resume_task(const TaskId& id);
    Status confirm_job(const TaskId& task, const DeviceId& device);
    Result<domain::Task> retry_task(const TaskId& id, const app::RetryRequest& request = {});
    /// As a reload of the configuration does.
    void set_limits(const domain::SlotLimits& slots, const domain::StageLimits& limits);

    const PackageId& package() const { return package_; }
    const ProductId& product() const { return product_; }
    const AppId& app() const { return app_; }
    ports::Database& database();
    /// One transaction of the test's own, committed.
    void change(const ports::Database::Work& work);

    /// Lets time pass: the devices act, the process ticks once a second, what it writes is committed at once. A
    /// process that died comes back after `restart_after`.
    void run_for(Duration time);
    /// The same until every job of the task has ended, at most `limit`; false when it did not.
    bool run_until_ended(const TaskId& task, Duration limit);
    Duration restart_after{5'000};

    domain::Task task(const TaskId& id);
    domain::Job job(const TaskId& task, const DeviceId& device);
    std::vector<domain::Push> pushes();
    /// Of a device, oldest first, in words: "job queued".
    std::vector<std::string> timeline(const DeviceId& device);
    std::vector<domain::CellLimiter::Usage> cells();
    const Bytes& payload() const { return payload_; }

    /// Called after everything that happens: for invariants.
    std::function<void()> watch = [] {};

 private:
    class MortalDatabase;
    struct Process;

    fakes::TemporaryDirectory directory_{};
    fakes::SeededRandom random_{};
    fakes::NullMetrics metrics_{};
    fakes::MemoryPackageFiles files_{};
    Bytes payload_{};
    PackageId package_{};
    ProductId product_{};
    AppId app_{};
    int devices_ = 0;
    std::unique_ptr<Process> process_;
    std::optional<std::uint64_t> fatal_commit_{};
    std::optional<std::uint64_t> fatal_group_{};
    std::uint64_t commits_ = 0;
    Timestamp next_tick_{};
    std::optional<Timestamp> restart_at_{};

    using Order = std::function<void(app::TaskService&, app::TaskService::Done)>;
    Status tell(const Order& order);
    void set_up_catalog();
    void settle();
    void look(const ports::Database::Work& work);
};

inline const domain::RadioReport kGood{.cell = domain::CellId{"4242"}, .rsrp_dbm = -97, .sinr_db = 9};
inline const domain::RadioReport kMiddling{.cell = domain::CellId{"4242"}, .rsrp_dbm = -110, .sinr_db = 9};
inline const domain::RadioReport kBad{.cell = domain::CellId{"4242"}, .rsrp_dbm = -120, .sinr_db = -5};
inline const domain::RadioReport kNoSinr{.cell = domain::CellId{"4242"}, .rsrp_dbm = -97, .sinr_db = {}};
inline const domain::CellKey kGoodKey{domain::CellId{"4242"}, domain::CoverageClass::Level0};
inline const domain::CellKey kMiddlingKey{domain::CellId{"4242"}, domain::CoverageClass::Level1};
inline const domain::CellKey kBadKey{domain::CellId{"4242"}, domain::CoverageClass::Level2};
inline const domain::CellKey kCellOnlyKey{domain::CellId{"4242"}, domain::CoverageClass::CellOnly};

}  // namespace cellwise::scenarios
