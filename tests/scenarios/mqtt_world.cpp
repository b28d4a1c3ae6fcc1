// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/mqtt_world.hpp"

#include "app/new_id.hpp"

#include "cellwise/base/assert.hpp"

#include <optional>
#include <utility>

namespace cellwise::scenarios {

using namespace std::chrono_literals;

struct MqttWorld::Process {
    std::unique_ptr<sqlite::InlineDatabase> database;
    fakes::SilentLink pcp{};
    app::MqttGateway gateway;
    app::UpgradeEngine engine;
    app::TaskService tasks;

    explicit Process(MqttWorld& world)
        : database(open(world)),
          gateway({*database, world.clock, world.loop_, world.broker, world.metrics_}),
          engine(*database, world.clock, world.files_, {pcp, gateway}, world.metrics_, {.slots = world.slots},
                 {.offer_download = [&world](const domain::Job&) { return world.offer(); }}),
          tasks(*database, world.clock, world.random_, engine, 10s) {
        gateway.serve(engine);
    }

    static std::unique_ptr<sqlite::InlineDatabase> open(MqttWorld& world) {
        auto opened =
            sqlite::InlineDatabase::open({.path = world.directory_ / "cellwise.db", .sync = sqlite::Sync::Off});
        CELLWISE_ASSERT(opened.has_value());
        return std::move(*opened);
    }
};

MqttWorld::MqttWorld() { files_.put("payload", Bytes(2'345, 7)); }
MqttWorld::~MqttWorld() = default;

void MqttWorld::start_process() {
    process_ = std::make_unique<Process>(*this);
    if (package_.empty()) set_up_catalog();
    CELLWISE_ASSERT(process_->engine.recover().has_value());
    settle();
}

void MqttWorld::kill_process() {
    process_->database->discard();
    process_.reset();
    loop_.run();  // what was posted finds nobody
    broker.said.clear();
}

void MqttWorld::settle() {
    while (process_->database->pending() > 0 || loop_.waiting() > 0) {
        loop_.run();
        CELLWISE_ASSERT(process_->database->commit().has_value());
    }
}

void MqttWorld::run_for(Duration time) {
    for (const auto end = clock.now() + time; clock.now() < end;) {
        clock.advance(1s);
        process_->tasks.tick();
        settle();
        process_->engine.tick();
        settle();
        process_->gateway.tick();
        settle();
    }
}

void MqttWorld::change(const ports::Database::Work& work) {
    Status outcome;
    process_->database->write(work, [&outcome](Status status) { outcome = std::move(status); });
    CELLWISE_ASSERT(process_->database->commit().has_value());
    CELLWISE_ASSERT(outcome.has_value());
}

void MqttWorld::look(const ports::Database::Work& work) {
    CELLWISE_ASSERT(process_->database->read(work).has_value());
}

void MqttWorld::set_up_catalog() {
    product_ = app::new_id<ProductId>(random_);
    package_ = app::new_id<PackageId>(random_);
    app_ = app::new_id<AppId>(random_);
    const domain::Product product{.id = product_,
                                  .manufacturer_id = "m",
                                  .manufacturer_name = "Meters",
                                  .device_type = "Tracker",
                                  .model = "T1",
                                  .protocol = domain::Protocol::Mqtt,
                                  .supports_software_upgrade = true,
                                  .created_at = clock.now(),
                                  .mqtt = profile};
    const domain::Package package{.id = package_,
                                  .name = "tracker",
                                  .description = {.file_name = "tracker.bin",
                                                  .version = *domain::Version::parse("V2.0"),
                                                  .device_type = "Tracker",
                                                  .manufacturer_name = "Meters",
                                                  .model = "T1",
                                                  .protocol = domain::Protocol::Mqtt},
                                  .archive_sha256 = "archive",
                                  .archive_size = 3'000,
                                  .payload_sha256 = "payload",
                                  .payload_size = 2'345,
                                  .uploaded_at = clock.now()};
    change([&](ports::Transaction& tx) -> Status {
        if (auto inserted = tx.products().insert(product); !inserted) return inserted;
        if (auto inserted = tx.packages().insert(package); !inserted) return inserted;
        return tx.applications().insert({.id = app_, .name = "app", .secret_hash = "h", .created_at = clock.now()});
    });
}

app::UpgradeEngine::DownloadOffer MqttWorld::offer() {
    const auto token = "token-" + std::to_string(++offers_);
    return {.url = "https://cellwise.example:8943/" + token,
            .token = token,
            .expires = 24h,
            .keep = [this, token](ports::Transaction&) {
                tokens_.push_back(token);
                return Status{};
            }};
}

DeviceId MqttWorld::add_device(const std::string& node_id, const std::string& entered_cell) {
    const auto id = app::new_id<DeviceId>(random_);
    const domain::Device device{.id = id,
                                .app = app_,
                                .node_id = node_id.empty() ? "node-" + std::to_string(++devices_) : node_id,
                                .product = product_,
                                .created_at = clock.now()};
    change([&](ports::Transaction& tx) -> Status {
        if (auto inserted = tx.devices().insert(device); !inserted) return inserted;
        if (entered_cell.empty()) return Status{};
        return tx.devices().save_details({.device = id, .cell = entered_cell});
    });
    return id;
}

TaskId MqttWorld::create_task(const std::vector<DeviceId>& devices, const domain::TaskPolicy& policy) {
    std::optional<Result<domain::Task>> created;
    process_->tasks.create(
        {.app = app_, .name = "t", .package = package_, .targets = {.devices = devices}, .policy = policy},
        [&created](Result<domain::Task> task) { created = std::move(task); });
    settle();
    CELLWISE_ASSERT(created && created->has_value());
    run_for(12s);
    return (*created)->id;
}

Status MqttWorld::stop_task(const TaskId& task) {
    std::optional<Status> outcome;
    process_->tasks.stop(task, [&outcome](Status status) { outcome = std::move(status); });
    settle();
    return outcome.value();
}

app::MqttGateway& MqttWorld::gateway() { return process_->gateway; }
app::UpgradeEngine& MqttWorld::engine() { return process_->engine; }

void MqttWorld::log_in(const DeviceId& device) {
    gateway().on_online(device.str(), true);
    run_for(3s);
}

void MqttWorld::report_radio(const DeviceId& device, const std::string& cell, const std::string& rsrp,
                             const std::string& sinr) {
    const std::vector<domain::mqtt::ServiceProperties> report{
        {"Connectivity", {{"cellId", cell}, {"rsrp", rsrp}, {"sinr", sinr}}}};
    gateway().on_heard(device.str());
    gateway().on_properties(device.str(), report);
    settle();
}

void MqttWorld::report_version(const DeviceId& device, const std::string& version) {
    gateway().on_heard(device.str());
    gateway().on_version(device.str(), {.software = version});
    settle();
}

void MqttWorld::report_result(const DeviceId& device, int code, const std::string& version) {
    gateway().on_heard(device.str());
    gateway().on_progress(device.str(), {.result_code = code, .version = version});
    settle();
}

std::vector<std::string> MqttWorld::told(const DeviceId& device) {
    std::vector<std::string> words;
    for (const auto& each : broker.take()) {
        const auto prefix = device.str() + ": ";
        if (each.starts_with(prefix)) words.push_back(each.substr(prefix.size()));
    }
    settle();
    return words;
}

domain::Job MqttWorld::job(const TaskId& task, const DeviceId& device) {
    std::optional<domain::Job> found;
    look([&](ports::Transaction& tx) -> Status {
        const auto page = tx.jobs().list({.task = task}, {.limit = 1'000});
        for (const auto& each : page->items) {
            if (each.device == device) found = each;
        }
        return Status{};
    });
    return found.value();
}

domain::Device MqttWorld::device(const DeviceId& id) {
    std::optional<domain::Device> found;
    look([&](ports::Transaction& tx) -> Status {
        found = *tx.devices().find(id);
        return Status{};
    });
    return found.value();
}

std::vector<domain::CellLimiter::Usage> MqttWorld::cells() { return engine().cells(std::nullopt, 100); }
std::vector<std::string> MqttWorld::kept_tokens() { return tokens_; }

std::vector<ports::Uplink> MqttWorld::uplinks(const DeviceId& device) {
    std::vector<ports::Uplink> found;
    look([&](ports::Transaction& tx) -> Status {
        found = tx.uplinks().list(device, {.limit = 100})->items;
        return Status{};
    });
    return found;
}

}  // namespace cellwise::scenarios
