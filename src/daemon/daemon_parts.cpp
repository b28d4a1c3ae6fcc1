// SPDX-License-Identifier: Apache-2.0
#include "daemon/daemon_parts.hpp"

#include "daemon/callback_ca.hpp"
#include "daemon/connection_limit.hpp"
#include "daemon/retention_chores.hpp"
#include "daemon/secret_key.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::daemon {
namespace {

using namespace std::chrono_literals;

constexpr Duration kCommitRest = 10ms;  ///< nothing beside a device's round trip of seconds

app::UpgradeEngine::Options engine_options(const Config& config) {
    return {.slots = config.slots, .limits = config.limits, .hold = config.hold, .ranges = config.ranges};
}

lwm2m::Lwm2mOptions lwm2m_options(const Config& config) {
    lwm2m::Lwm2mOptions options;
    options.awake_window = config.coap_awake_window;
    options.downlink.ack_timeout = config.coap_ack_timeout;
    options.radio.ack_timeout = config.coap_ack_timeout;
    return options;
}

Error with_key(Error error, std::string_view key) {
    error.message = std::string(key) + ": " + error.message;
    return error;
}

Status make_directory(const std::filesystem::path& path) {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed) return invalid("state.dir", "state.dir", path.string() + ": " + failed.message());
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, failed);
    return Status{};
}

/// The daemon serves whom it can while the broker is away.
rest::ReadyCheck broker_check(const mqtt::BrokerLink::State& state) {
    return {.name = "mqtt", .ok = state.up, .detail = state.detail, .needed = false};
}

}  // namespace

Status Daemon::Parts::open_storage() {
    if (auto made = make_directory(state); !made) return made;
    auto opened_files = system::PackageDirectory::make(
        state / "packages", config.packages_quota > 0 ? config.packages_quota : system::PackageDirectory::kNoQuota);
    if (!opened_files) return with_key(opened_files.error(), "state.dir");
    files = std::move(*opened_files);
    const auto key = provide_secret_key(state / "secrets.key", random);
    if (!key) return with_key(key.error(), "state.dir");
    secrets.emplace(*key, random);
    sqlite::Options options{.path = state / "cellwise.db", .rest = kCommitRest};
    options.stopwatch = [this] { return std::chrono::nanoseconds(steady.now().time_since_epoch()); };
    auto opened =
        sqlite::SqliteDatabase::open(options, loop, [this](const Error& error) { give_up("storing failed", error); });
    if (!opened) return with_key(opened.error(), "state.dir");
    database = std::move(*opened);
    live_registrations.emplace(*database, clock, metrics);
    return Status{};
}

Status Daemon::Parts::open_lwm2m() {
    registrations.emplace(*database, clock, random);
    if (config.coap_listen.is_off()) return Status{};
    auto opened = lwm2m::coap::UdpTransport::open(
        loop.context(), {.address = config.coap_listen.host, .port = config.coap_listen.port}, random, steady);
    if (!opened) return with_key(opened.error(), "coap.listen");
    udp = std::move(*opened);
    return Status{};
}

Status Daemon::Parts::open_mqtt() {
    auto opened = MqttParts::open(config, {loop, *database, clock, steady, random, *secrets, metrics, mqtt_events});
    if (!opened) return opened.error();
    mqtt = std::move(*opened);
    return Status{};
}

void Daemon::Parts::make_core() {
    if (udp) {
        lwm2m.emplace(*udp, *registrations, device_events, random, clock, loop, lwm2m_options(config));
        udp->set_after_batch([this] { registrations->flush(); });
        pcp.emplace(lwm2m->downlink());
    } else {
        pcp.emplace(no_downlink);
    }
    downloads.emplace(DownloadParts::Needs{{*database, clock, random, hashing, *files}, loop, steady, metrics},
                      config);
    events.emplace(*database, clock, app::EventHub::Options{});
    app::UpgradeEngine::Hooks hooks{
        .pushes_committed = [this] { pushes->poke(); },
        .job_changed = [this](const domain::Job& job) { events->on_job(job); },
        .cell_changed = [this](const domain::CellKey& key) { events->on_cell(key); },
        .store_failed = [this](const Error& error) { give_up("a job cannot be stored", error); },
        .take_turn = [this](const DeviceId& device, auto since) { return commands->desk.take_turn(device, since); },
        .publish_data = [this](ports::Transaction& tx,
                               const auto& uplinks) { return data_notices.append(tx, uplinks); },
        .business_data = [this](const DeviceId& device,
                                ByteView data) { commands->desk.on_business_data(device, data); },
        .offer_download = [this](const domain::Job& job) { return offer_of(job); }};
    ports::MqttDownlink& broker = mqtt ? static_cast<ports::MqttDownlink&>(mqtt->link()) : no_broker;
    gateway.emplace(app::MqttGateway::Needs{*database, clock, loop, broker, metrics, mqtt_presence});
    engine.emplace(*database, clock, *files, app::UpgradeEngine::Links{*pcp, *gateway}, metrics,
                   engine_options(config), std::move(hooks));
    gateway->serve(*engine);
    mqtt_events.set(*gateway);
    downloads->tell(*engine);
    auto& downlink = lwm2m ? lwm2m->downlink() : no_downlink;
    commands.emplace(
        app::CommandDesk::Needs{*database, clock, downlink, command_codec, traffic_texts, metrics}, random, *engine,
        [this] { pushes->poke(); }, config.retention_commands);
    tasks.emplace(*database, clock, random, *engine, config.task_start_delay, &mqtt_presence);
    tasks->on_change([this](const TaskId& task) { events->on_task(task); });
    retention.emplace(*database, clock,
                      app::Retention::Periods{.uplinks = config.retention_uplinks,
                                              .tasks = config.retention_tasks,
                                              .dead_letters = config.retention_dead_letters,
                                              .events = config.retention_events});
}

Status Daemon::Parts::make_pushes() {
    if (auto opened = tls.open(config, names_of_this_machine(), clock.now()); !opened) return opened;
    http::HttpClient::Options options{.trust = tls.trust()};
    for (const auto& network : config.webhook_allow_networks) {
        auto parsed = http::Cidr::parse(network);
        if (!parsed) return with_key(parsed.error(), "webhook.allow_networks");
        options.policy.allow_networks.push_back(std::move(*parsed));
    }
    http_client = std::make_unique<http::HttpClient>(std::move(options));
    webhooks.emplace(*http_client, loop, [this](const AppId& app) { return callback_ca_of(*database, app); });
    pushes.emplace(*database, clock, *webhooks, app::PushService::Options{.keep = config.outbox_keep});
    return Status{};
}

void Daemon::Parts::make_services() {
    audit.emplace(*database, clock);
    audit->give_up_open();
    answers.emplace(*database, clock);
    operators.emplace(app::OperatorService::Needs{*database, clock, random, hashing, passwords},
                      app::OperatorService::Options{.hashes_at_once = std::max(1U, config.http_threads / 2)});
    add_download_chores(*retention);
    add_operators_chores(*retention, *answers, config.retention_audit);
    authenticator.emplace(*database, clock, hashing);
    access.emplace(*database, clock, random, hashing, certificates);
    catalog.emplace(*database, clock, random);
    throttle.emplace(steady, config.northbound_throttle);
    const auto forget = [this](const DeviceId& device) {
        if (lwm2m) lwm2m->on_device_erased(device);
        gateway->forget(device);
    };
    devices.emplace(
        *database, clock, random, app::DeviceService::Needs{notices, *secrets, &mqtt_presence},
        app::DeviceService::Hooks{.forget = forget,
                                  .shut_out = [this](const domain::Device& former) { gateway->shut_out(former); },
                                  .pushes_committed = [this] { pushes->poke(); }});
    groups.emplace(*database, clock, random);
    subscriptions.emplace(*database, clock, random);
    keeper.emplace(*database, *files, loop);
    intake.emplace(app::PackageIntake::Needs{*database, clock, random, hashing, signatures, archives, descriptions,
                                             *files, *files, *keeper},
                   config.packages_max_size);
    packages.emplace(*database, clock, random, signatures, *keeper);
}

/// The keeper logs each package that lost a file: upgrades with it fail until it is uploaded again.
Status Daemon::Parts::check_packages() {
    const auto findings = keeper->check(files->list());
    if (!findings) return findings.error();
    metrics.gauge("cellwise_packages_incomplete", "Packages that had lost a file when the daemon was started")
        .set(static_cast<double>(findings->incomplete.size()));
    return Status{};
}

Status Daemon::Parts::open_http() {
    if (config.http_listen.is_off() && config.https_listen.is_off()) return Status{};
    const auto ready = [this] {
        const auto read = database->read([](ports::Transaction&) { return Status{}; });
        std::vector<rest::ReadyCheck> checks{
            {.name = "database", .ok = read.has_value(), .detail = read ? "" : read.error().message}};
        if (mqtt) checks.push_back(broker_check(mqtt->link().state()));
        return checks;
    };
    const auto cells = [this](const std::optional<domain::CellKey>& after, std::size_t limit) {
        return engine->cells(after, limit);
    };
    api.emplace(rest::Services{*database,      loop,       clock,        metrics,
                               *authenticator, *access,    certificates, *catalog,
                               *devices,       *groups,    *intake,      *packages,
                               *tasks,         cells,      ready,        [this] { live_registrations->refresh(); },
                               hashing,        *operators, *audit,       *answers,
                               *throttle,      *pushes,    &*events});
    northbound.emplace(northbound::Services{*database, loop, clock, *authenticator, *access, *devices, *groups,
                                            *packages, *subscriptions, *tasks, *throttle, commands->service, *audit});
    faces.emplace(*api);
    faces->mount("/iocm", *northbound);
    faces->mount("/iodm", *northbound);
    if (mqtt && mqtt->emqx() != nullptr) faces->mount("/mqtt/emqx", *mqtt->emqx());
    http.emplace(http::HttpServer::Options{.address = config.http_listen.host,
                                           .port = config.http_listen.port,
                                           .tls_address = config.https_listen.host,
                                           .tls_port = config.https_listen.port,
                                           .identity = tls.identity(),
                                           .threads = config.http_threads,
                                           .limits = {.max_connections = connection_limit(config.http_max_connections,
                                                                                          "http.max_connections"),
                                                      .max_tls_connections = config.https_max_connections},
                                           .clock = &clock},
                 *faces);
    const auto started = http->start();
    if (started) return Status{};
    return with_key(started.error(), started.error().field == "tls_listen" ? "https.listen" : "http.listen");
}

app::UpgradeEngine::DownloadOffer Daemon::Parts::offer_of(const domain::Job& job) {
    auto ticket = downloads->service().issue(job, clock.now());
    return {.url = ticket.url,
            .token = ticket.token,
            .expires = ticket.expires,
            .keep = [ticket, job](ports::Transaction& tx) { return app::DownloadService::keep(tx, ticket, job); }};
}

Status Daemon::Parts::open_downloads() {
    const bool faces_listen = !config.http_listen.is_off() || !config.https_listen.is_off();
    return downloads->open(config, tls.download_identity(), names_of_this_machine().host,
                           faces_listen ? config.http_max_connections : 0);
}

}  // namespace cellwise::daemon
