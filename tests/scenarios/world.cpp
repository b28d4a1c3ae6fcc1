// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/world.hpp"

#include "adapters/codec/json_command_codec.hpp"
#include "app/data_notices.hpp"
#include "app/new_id.hpp"
#include "tests/fakes/plain_texts.hpp"
#include "tests/fakes/silent_link.hpp"
#include "tests/scenarios/catalog.hpp"

#include "cellwise/base/assert.hpp"

#include <utility>

namespace cellwise::scenarios {

using namespace std::chrono_literals;

/// A database whose process may be dead: then nobody hears of a commit any more.
class World::MortalDatabase final : public ports::Database {
 public:
    explicit MortalDatabase(std::unique_ptr<sqlite::InlineDatabase> inner) : inner_(std::move(inner)) {}

    void write(Work work, Done done) override {
        inner_->write(std::move(work), [dead = dead_, done = std::move(done)](Status status) {
            if (!*dead && done) done(std::move(status));
        });
    }
    Status read(const Work& work) override { return inner_->read(work); }

    sqlite::InlineDatabase& inner() { return *inner_; }
    void die() { *dead_ = true; }

 private:
    std::unique_ptr<sqlite::InlineDatabase> inner_;
    std::shared_ptr<bool> dead_ = std::make_shared<bool>(false);
};

struct World::Process {
    MortalDatabase database;
    std::unique_ptr<ports::Downlink> downlink;
    app::PcpLink link;
    fakes::SilentUrlLink mqtt{};
    app::UpgradeEngine engine;
    app::TaskService tasks;
    codec::JsonCommandCodec codec{};
    fakes::PlainTexts texts{};
    app::DataNotices data_notices;
    app::CommandDesk::Needs command_needs;
    app::CommandDesk desk;
    app::CommandService commands;

    explicit Process(World& world)
        : database(open_database(world.directory_ / "cellwise.db")),
          downlink(world.field.make_downlink()),
          link(*downlink),
          engine(database, world.clock, world.files_, {link, mqtt}, world.metrics_, world.options,
                 {.take_turn = [this](const DeviceId& device, auto since) { return desk.take_turn(device, since); },
                  .publish_data = [this](ports::Transaction& tx,
                                         const auto& uplinks) { return data_notices.append(tx, uplinks); },
                  .business_data = [this](const DeviceId& device,
                                          ByteView data) { desk.on_business_data(device, data); }}),
          tasks(database, world.clock, world.random_, engine, world.start_delay),
          data_notices(texts, world.metrics_),
          command_needs{database, world.clock, *downlink, codec, texts, world.metrics_},
          desk(command_needs, {.device_heard = [this](const DeviceId& device) { engine.on_heard(device); },
                               .is_upgrading = [this](const DeviceId& device) { return engine.occupies(device); }}),
          commands(command_needs, world.random_, desk,
                   [this](const DeviceId& device) { engine.offer_turn(device); }) {}
};

World::World(std::uint32_t seed) : field(clock, seed) {
    for (int i = 0; i < 2'345; ++i) payload_.push_back(static_cast<std::uint8_t>(i * 7));
    files_.put("payload", payload_);
}

World::~World() = default;

void World::start_process() {
    process_ = std::make_unique<Process>(*this);
    restart_at_.reset();
    if (package_.empty()) set_up_catalog();
    CELLWISE_ASSERT(process_->engine.recover().has_value());
    CELLWISE_ASSERT(process_->desk.recover().has_value());
    field.attach(&process_->engine);
    next_tick_ = clock.now() + 1s;
    settle();
}

void World::kill_process() {
    field.attach(nullptr);
    process_->database.die();
    process_->database.inner().discard();
    process_.reset();
    restart_at_ = clock.now() + restart_after;
}

/// Commits until nothing waits, or until the process has to die of it.
void World::settle() {
    while (process_ && process_->database.inner().pending() > 0) {
        const auto number = commits_ + 1;
        if (fatal_group_ == number) {
            fatal_group_.reset();
            return kill_process();
        }
        const bool fatal = fatal_commit_ == number;
        if (fatal) process_->database.die();
        CELLWISE_ASSERT(process_->database.inner().commit().has_value());
        ++commits_;
        if (fatal) {
            fatal_commit_.reset();
            return kill_process();
        }
    }
}

void World::change(const ports::Database::Work& work) {
    scenarios::change(process_->database, process_->database.inner(), work);
}

ports::Database& World::database() {
    CELLWISE_ASSERT(process_ != nullptr);
    return process_->database;
}

void World::look(const ports::Database::Work& work) { scenarios::look(database(), work); }

void World::set_up_catalog() {
    const auto catalog = make_catalog(random_, domain::Protocol::Lwm2m, payload_.size(), clock.now());
    product_ = catalog.product.id;
    package_ = catalog.package.id;
    app_ = catalog.app;
    change([&](ports::Transaction& tx) -> Status {
        if (auto inserted = insert_catalog(tx, catalog); !inserted) return inserted;
        for (const auto type : {domain::NotifyType::SwUpgradeStateChange, domain::NotifyType::SwUpgradeResult}) {
            const domain::Subscription subscription{.id = app::new_id<SubscriptionId>(random_),
                                                    .app = app_,
                                                    .type = type,
                                                    .callback_url = "http://127.0.0.1:1/push",
                                                    .created_at = clock.now()};
            if (auto saved = tx.subscriptions().save(subscription); !saved) return saved;
        }
        return Status{};
    });
}

DeviceId World::add_device(const domain::RadioReport& radio, const std::function<void(DeviceNature&)>& with) {
    DeviceNature nature{
        .id = app::new_id<DeviceId>(random_), .radio = radio, .version = *domain::Version::parse("V1.0")};
    if (with) with(nature);
    const domain::Device device{.id = nature.id,
                                .app = app_,
                                .node_id = "node-" + std::to_string(++devices_),
                                .product = product_,
                                .created_at = clock.now()};
    change([&](ports::Transaction& tx) { return tx.devices().insert(device); });
    field.add(nature);
    return nature.id;
}

std::vector<DeviceId> World::add_devices(int count, const domain::RadioReport& radio,
                                         const std::function<void(DeviceNature&)>& with) {
    std::vector<DeviceId> ids;
    for (int i = 0; i < count; ++i) ids.push_back(add_device(radio, with));
    return ids;
}

Result<domain::Task> World::try_create_task(app::NewTask request) {
    Result<domain::Task> created = internal_error("test", "not answered");
    process_->tasks.create(std::move(request), [&created](Result<domain::Task> task) { created = std::move(task); });
    settle();
    return created;
}

TaskId World::create_task(const std::vector<DeviceId>& devices, const domain::TaskPolicy& policy) {
    const auto created = try_create_task(
        {.app = app_, .name = "t", .package = package_, .targets = {.devices = devices}, .policy = policy});
    CELLWISE_ASSERT(created.has_value());
    return created->id;
}

Status World::tell(const Order& order) {
    Status outcome = internal_error("test", "not answered");
    order(process_->tasks, [&outcome](Status status) { outcome = std::move(status); });
    settle();
    return outcome;
}

Status World::erase_task(const TaskId& id) {
    return tell([&](app::TaskService& tasks, auto done) { tasks.erase(id, std::move(done)); });
}
Status World::stop_task(const TaskId& id) {
    return tell([&](app::TaskService& tasks, auto done) { tasks.stop(id, std::move(done)); });
}
Status World::pause_task(const TaskId& id) {
    return tell([&](app::TaskService& tasks, auto done) { tasks.pause(id, std::move(done)); });
}
Status World::resume_task(const TaskId& id) {
    return tell([&](app::TaskService& tasks, auto done) { tasks.resume(id, std::move(done)); });
}
Status World::confirm_job(const TaskId& task, const DeviceId& device) {
    return tell([&](app::TaskService& tasks, auto done) { tasks.confirm(task, device, {}, std::move(done)); });
}

Result<domain::Task> World::retry_task(const TaskId& id, const app::RetryRequest& request) {
    Result<domain::Task> created = internal_error("test", "not answered");
    process_->tasks.retry(id, request, [&created](Result<domain::Task> task) { created = std::move(task); });
    settle();
    return created;
}

Result<domain::Command> World::try_create_command(app::NewCommand wanted) {
    Result<domain::Command> created = internal_error("test", "not answered");
    process_->commands.create(std::move(wanted),
                              [&created](Result<domain::Command> made) { created = std::move(made); });
    settle();
    return created;
}

CommandId World::create_command(const DeviceId& device, int number, std::uint32_t max_retransmit) {
    const auto created = try_create_command(
        {.app = app_,
         .device = device,
         .content = {.service_id = "Meter", .method = "SET", .paras = "{\"n\":" + std::to_string(number) + "}"},
         .max_retransmit = max_retransmit});
    CELLWISE_ASSERT(created.has_value());
    return created->id;
}

Result<domain::Command> World::cancel_command(const CommandId& id) {
    Result<domain::Command> canceled = internal_error("test", "not answered");
    process_->commands.cancel(app_, id, [&canceled](Result<domain::Command> made) { canceled = std::move(made); });
    settle();
    return canceled;
}

domain::Command World::command(const CommandId& id) {
    std::optional<domain::Command> found;
    look([&](ports::Transaction& tx) -> Status {
        found = *tx.commands().find(id);
        return Status{};
    });
    return found.value();
}

void World::set_limits(const domain::SlotLimits& slots, const domain::StageLimits& limits) {
    process_->engine.set_limits(slots, limits);
    settle();
}

void World::run_for(Duration time) {
    const auto end = clock.now() + time;
    const auto settle_and_watch = [this] {
        settle();
        watch();
    };
    while (clock.now() < end) {
        if (process_) {
            field.run_until(std::min(end, next_tick_), settle_and_watch);
            if (!process_ || clock.now() < next_tick_) continue;
            next_tick_ = std::max(next_tick_, clock.now() - 1s) + 1s;  // a test may have set the clock forward
            process_->tasks.tick();
            settle_and_watch();
            if (process_) process_->engine.tick();
            settle_and_watch();
            if (process_) process_->desk.tick();
            settle_and_watch();
        } else {
            field.run_until(std::min(end, *restart_at_), settle_and_watch);
            if (clock.now() >= *restart_at_) start_process();
        }
    }
}

bool World::run_until_ended(const TaskId& id, Duration limit) {
    const auto end = clock.now() + limit;
    while (clock.now() < end) {
        run_for(1s);
        if (process_ && domain::is_finished(task(id).state)) return true;
    }
    return false;
}

domain::Task World::task(const TaskId& id) {
    std::optional<domain::Task> found;
    look([&](ports::Transaction& tx) -> Status {
        found = *tx.tasks().find(id);
        return Status{};
    });
    return found.value();
}

domain::Job World::job(const TaskId& task, const DeviceId& device) { return find_job(database(), task, device); }

std::vector<domain::Push> World::pushes() {
    std::vector<domain::Push> found;
    look([&](ports::Transaction& tx) -> Status {
        found = tx.outbox().list(false, {.limit = 1'000})->items;
        return Status{};
    });
    return found;
}

std::vector<std::string> World::timeline(const DeviceId& device) {
    std::vector<std::string> words;
    look([&](ports::Transaction& tx) -> Status {
        const auto page = tx.timeline().list(device, {.limit = 1'000});
        for (const auto& entry : page->items) {
            const auto& what = entry.state.empty() ? entry.detail : entry.state;
            words.insert(words.begin(), std::string(to_string(entry.kind)) + " " + what);
        }
        return Status{};
    });
    return words;
}

std::vector<domain::CellLimiter::Usage> World::cells() { return process_->engine.cells({}, 1'000); }

}  // namespace cellwise::scenarios
