// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/sqlite/inline_database.hpp"
#include "app/mqtt_gateway.hpp"
#include "app/task_service.hpp"
#include "app/upgrade_engine.hpp"
#include "tests/fakes/hand_mqtt.hpp"
#include "tests/fakes/manual_clock.hpp"
#include "tests/fakes/manual_executor.hpp"
#include "tests/fakes/memory_package_files.hpp"
#include "tests/fakes/null_metrics.hpp"
#include "tests/fakes/seeded_random.hpp"
#include "tests/fakes/silent_link.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cellwise::scenarios {

/// A daemon's core over a real database file, and MQTT devices that the test plays by hand.
class MqttWorld {
 public:
    MqttWorld();
    ~MqttWorld();

    fakes::ManualClock clock{};
    fakes::HandMqtt broker{};
    domain::SlotLimits slots{};
    domain::MqttProfile profile{};

    void start_process();
    /// Gone, with everything in memory and all that is not committed.
    void kill_process();

    /// Its name at the broker is its id.
    DeviceId add_device(const std::string& node_id = {}, const std::string& entered_cell = {});
    TaskId create_task(const std::vector<DeviceId>& devices, const domain::TaskPolicy& policy = {});
    Status stop_task(const TaskId& task);

    app::MqttGateway& gateway();
    bool is_online(const DeviceId& device);
    app::UpgradeEngine& engine();
    /// Time passes; the process ticks once a second, what it writes is committed at once.
    void run_for(Duration time);
    void settle();
    /// The broker says that it logged in; and the time for it to subscribe passes.
    void log_in(const DeviceId& device);
    void report_radio(const DeviceId& device, const std::string& cell, const std::string& rsrp,
                      const std::string& sinr);
    void report_version(const DeviceId& device, const std::string& version);
    void report_result(const DeviceId& device, int code, const std::string& version);
    /// What the device was told, words only.
    std::vector<std::string> told(const DeviceId& device);

    domain::Job job(const TaskId& task, const DeviceId& device);
    domain::Device device(const DeviceId& id);
    std::vector<domain::CellLimiter::Usage> cells();
    std::vector<std::string> kept_tokens();  ///< of the notices, as they were committed
    std::vector<ports::Uplink> uplinks(const DeviceId& device);

 private:
    struct Process;

    fakes::TemporaryDirectory directory_{};
    fakes::SeededRandom random_{};
    fakes::NullMetrics metrics_{};
    fakes::MemoryPackageFiles files_{};
    fakes::ManualExecutor loop_{};
    PackageId package_{};
    ProductId product_{};
    AppId app_{};
    int devices_ = 0;
    int offers_ = 0;
    std::vector<std::string> tokens_{};
    std::unique_ptr<Process> process_;

    void change(const ports::Database::Work& work);
    void look(const ports::Database::Work& work);
    void set_up_catalog();
    app::UpgradeEngine::DownloadOffer offer();
};

}  // namespace cellwise::scenarios
