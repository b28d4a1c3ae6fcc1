// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/mqtt_world.hpp"

#include "app/new_id.hpp"
#include "tests/scenarios/catalog.hpp"

#include "cellwise/base/assert.hpp"

#include <optional>
#include <utility>

namespace cellwise::scenarios {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kPayloadSize = 2'345;

}  // namespace

struct MqttWorld::Process {
    std::unique_ptr<sqlite::InlineDatabase> database;
    fakes::SilentLink pcp{};
    app::MqttPresence presence{};
    app::MqttGateway gateway;
    app::UpgradeEngine engine;
    app::TaskService tasks;

    explicit Process(MqttWorld& world)
        : database(open_database(world.directory_ / "cellwise.db")),
          gateway({*database, world.clock, world.loop_, world.broker, world.metrics_, presence}),
          engine(*database, world.clock, world.files_, {pcp, gateway}, world.metrics_, {.slots = world.slots},
                 {.offer_download = [&world](const domain::Job&) { return world.offer(); }}),
          tasks(*database, world.clock, world.random_, engine, 10s) {
        gateway.serve(engine);
    }
};

MqttWorld::MqttWorld() { files_.put("payload", Bytes(kPayloadSize, 7)); }
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
    scenarios::change(*process_->database, *process_->database, work);
}

void MqttWorld::look(const ports::Database::Work& work) { scenarios::look(*process_->database, work); }

void MqttWorld::set_up_catalog() {
    auto catalog = make_catalog(random_, domain::Protocol::Mqtt, kPayloadSize, clock.now());
    catalog.product.mqtt = profile;
    product_ = catalog.product.id;
    package_ = catalog.package.id;
    app_ = catalog.app;
    change([&](ports::Transaction& tx) { return insert_catalog(tx, catalog); });
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
bool MqttWorld::is_online(const DeviceId& device) { return process_->presence.is_online(device, clock.now()); }
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
    return find_job(*process_->database, task, device);
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
