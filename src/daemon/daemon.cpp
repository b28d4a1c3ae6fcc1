// SPDX-License-Identifier: Apache-2.0
#include "daemon/daemon.hpp"

#include "adapters/archive/upgrade_description_json.hpp"
#include "adapters/archive/zip_package_archive.hpp"
#include "adapters/crypto/hashing.hpp"
#include "adapters/crypto/openssl_random.hpp"
#include "adapters/crypto/package_verifier.hpp"
#include "adapters/http/face_router.hpp"
#include "adapters/http/http_client.hpp"
#include "adapters/http/http_server.hpp"
#include "adapters/lwm2m/coap/udp_transport.hpp"
#include "adapters/lwm2m/lwm2m_server.hpp"
#include "adapters/northbound/northbound_handler.hpp"
#include "adapters/rest/api_handler.hpp"
#include "adapters/sqlite/sqlite_database.hpp"
#include "adapters/system/event_loop.hpp"
#include "adapters/system/package_directory.hpp"
#include "adapters/system/prometheus_metrics.hpp"
#include "adapters/system/service_manager.hpp"
#include "adapters/system/system_clock.hpp"
#include "adapters/webhook/webhook_sender.hpp"
#include "app/access_service.hpp"
#include "app/authenticator.hpp"
#include "app/catalog_service.hpp"
#include "app/device_service.hpp"
#include "app/group_service.hpp"
#include "app/package_file_keeper.hpp"
#include "app/package_intake.hpp"
#include "app/package_service.hpp"
#include "app/pcp_link.hpp"
#include "app/push_service.hpp"
#include "app/registration_service.hpp"
#include "app/retention.hpp"
#include "app/subscription_service.hpp"
#include "app/task_service.hpp"
#include "app/upgrade_engine.hpp"
#include "daemon/admin_token.hpp"
#include "daemon/config_values.hpp"
#include "daemon/daemon_metrics.hpp"
#include "daemon/late_device_events.hpp"
#include "daemon/live_registrations.hpp"

#include "cellwise/base/log.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>

namespace cellwise::daemon {
namespace {

using namespace std::chrono_literals;

constexpr Duration kHttpGrace = 3s;     ///< of the 5 s in which a stop has to be over
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

std::string join(const std::vector<std::string_view>& keys) {
    std::string text;
    for (const auto key : keys) text.append(text.empty() ? "" : ", ").append(key);
    return text;
}

Status make_directory(const std::filesystem::path& path) {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed) return invalid("state.dir", "state.dir", path.string() + ": " + failed.message());
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, failed);
    return Status{};
}

}  // namespace

/// Every part in the order in which it is made; each is torn down before what stands above it.
struct Daemon::Parts {
    Config config;  // as in force
    ReadConfig read_config;
    std::filesystem::path state;
    std::atomic<int> exit_code{0};

    system::EventLoop loop{};         // the loop thread's work, timers and signals
    system::SystemClock clock{};      // the time of day
    system::MonotonicClock steady{};  // for retransmissions: never set back
    system::PrometheusMetrics metrics{};
    DaemonMetrics numbers{metrics};
    crypto::OpenSslRandom random{};
    crypto::OpenSslHashing hashing{};
    crypto::PackageVerifier signatures{};
    archive::ZipPackageArchive archives{hashing};
    archive::JsonDescriptionReader descriptions{};
    std::unique_ptr<system::PackageDirectory> files{};   // package files, by their hash
    std::unique_ptr<sqlite::SqliteDatabase> database{};  // the durable truth, and its thread
    std::optional<LiveRegistrations> live_registrations{};

    // LwM2M: who is registered, and what carries messages to and from them.
    std::optional<app::RegistrationService> registrations{};
    LateDeviceEvents device_events{};
    NoDownlink no_downlink{loop};
    std::unique_ptr<lwm2m::coap::UdpTransport> udp{};
    std::optional<lwm2m::Lwm2mServer> lwm2m{};

    // The core.
    std::optional<app::PcpLink> pcp{};
    std::optional<app::UpgradeEngine> engine{};
    std::optional<app::TaskService> tasks{};
    std::optional<app::Retention> retention{};

    // Pushes to the application servers.
    std::unique_ptr<http::HttpClient> http_client{};
    std::optional<webhook::WebhookSender> webhooks{};
    std::optional<app::PushService> pushes{};

    // What the HTTP faces call.
    std::optional<app::Authenticator> authenticator{};
    std::optional<app::AccessService> access{};
    std::optional<app::CatalogService> catalog{};
    std::optional<app::DeviceService> devices{};
    std::optional<app::GroupService> groups{};
    std::optional<app::SubscriptionService> subscriptions{};
    std::optional<app::PackageFileKeeper> keeper{};
    std::optional<app::PackageIntake> intake{};
    std::optional<app::PackageService> packages{};
    std::optional<rest::ApiHandler> api{};
    std::optional<northbound::NorthboundHandler> northbound{};
    std::optional<http::FaceRouter> faces{};
    std::optional<http::HttpServer> http{};
    std::jthread stopper{};

    Parts(const Config& wanted, ReadConfig read)
        : config(wanted), read_config(std::move(read)), state(wanted.state_dir) {}

    Status open_storage();
    Status open_lwm2m();
    void make_core();
    Status make_pushes();
    void make_services();
    Status check_packages();
    Status open_http();
    void arm_timers();
    void reload();
    void stop();
    void give_up(std::string_view what, const Error& error);
    void publish_numbers();
    void write_endpoints() const;
};

Status Daemon::Parts::open_storage() {
    if (auto made = make_directory(state); !made) return made;
    auto opened_files = system::PackageDirectory::make(
        state / "packages", config.packages_quota > 0 ? config.packages_quota : system::PackageDirectory::kNoQuota);
    if (!opened_files) return with_key(opened_files.error(), "state.dir");
    files = std::move(*opened_files);
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

void Daemon::Parts::make_core() {
    if (udp) {
        lwm2m.emplace(*udp, *registrations, device_events, random, clock, loop, lwm2m_options(config));
        udp->set_after_batch([this] { registrations->flush(); });
        pcp.emplace(lwm2m->downlink());
    } else {
        pcp.emplace(no_downlink);
    }
    app::UpgradeEngine::Hooks hooks{
        .pushes_committed = [this] { pushes->poke(); },
        .store_failed = [this](const Error& error) { give_up("a job cannot be stored", error); }};
    engine.emplace(*database, clock, *files, *pcp, metrics, engine_options(config), std::move(hooks));
    tasks.emplace(*database, clock, random, *engine, config.task_start_delay);
    retention.emplace(*database, clock, config.retention_uplinks);
}

Status Daemon::Parts::make_pushes() {
    http::HttpClient::Options options;
    for (const auto& network : config.webhook_allow_networks) {
        auto parsed = http::Cidr::parse(network);
        if (!parsed) return with_key(parsed.error(), "webhook.allow_networks");
        options.policy.allow_networks.push_back(std::move(*parsed));
    }
    http_client = std::make_unique<http::HttpClient>(std::move(options));
    webhooks.emplace(*http_client, loop);
    pushes.emplace(*database, clock, *webhooks, app::PushService::Options{.keep = config.outbox_keep});
    return Status{};
}

void Daemon::Parts::make_services() {
    authenticator.emplace(*database, clock, hashing);
    access.emplace(*database, clock, random, hashing);
    catalog.emplace(*database, clock, random);
    devices.emplace(*database, clock, random, [this](const DeviceId& device) {
        if (lwm2m) lwm2m->on_device_erased(device);
    });
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
    if (config.http_listen.is_off()) return Status{};
    const auto ready = [this] {
        const auto read = database->read([](ports::Transaction&) { return Status{}; });
        return std::vector<rest::ReadyCheck>{
            {.name = "database", .ok = read.has_value(), .detail = read ? "" : read.error().message}};
    };
    const auto cells = [this](const std::optional<domain::CellKey>& after, std::size_t limit) {
        return engine->cells(after, limit);
    };
    api.emplace(rest::Services{*database, loop, clock, metrics, *authenticator, *access, *catalog, *devices, *groups,
                               *intake, *packages, *tasks, cells, ready, [this] { live_registrations->refresh(); }});
    northbound.emplace(northbound::Services{*database, loop, clock, *authenticator, *access, *devices, *packages,
                                            *subscriptions, *tasks});
    faces.emplace(*api);
    faces->mount("/iocm", *northbound);
    faces->mount("/iodm", *northbound);
    http.emplace(http::HttpServer::Options{.address = config.http_listen.host,
                                           .port = config.http_listen.port,
                                           .threads = config.http_threads,
                                           .clock = &clock},
                 *faces);
    const auto started = http->start();
    return started ? Status{} : Status{with_key(started.error(), "http.listen")};
}

void Daemon::Parts::arm_timers() {
    loop.probe_lag(metrics.seconds("cellwise_loop_lag_seconds", "How late the loop comes to a timer"));
    loop.run_every(250ms, [this] {
        tasks->tick();
        if (lwm2m) lwm2m->tick();
        registrations->flush();
    });
    loop.run_every(1s, [this] {
        engine->tick();
        pushes->tick();
        publish_numbers();
    });
    loop.run_every(1min, [this] { retention->tick(); });
    loop.on_signals({SIGTERM, SIGINT}, [this](int) { stop(); });
}

void Daemon::Parts::publish_numbers() {
    numbers.publish(*database);
    numbers.publish_registrations(registrations->in_memory());
    if (udp) numbers.publish(*udp, *lwm2m);
}

void Daemon::Parts::write_endpoints() const {
    // Addresses only: nothing in them needs escaping.
    std::string json = "{";
    if (http) json += "\"http\":\"" + write_listen({config.http_listen.host, http->port()}) + "\"";
    if (udp)
        json += (http ? ",\"coap\":\"" : "\"coap\":\"") + write_listen({config.coap_listen.host, udp->local_port()}) +
                "\"";
    json += "}\n";
    const auto file = state / "endpoints.json";
    const auto fresh = state / "endpoints.json.new";
    std::ofstream(fresh) << json;
    std::error_code failed;
    std::filesystem::rename(fresh, file, failed);
    if (failed) log::warning("endpoints not written", {{"file", file.string()}, {"reason", failed.message()}});
    log::info("cellwised ready",
              {{"version", CELLWISE_VERSION},
               {"http", http ? write_listen({config.http_listen.host, http->port()}) : std::string("off")},
               {"coap", udp ? write_listen({config.coap_listen.host, udp->local_port()}) : std::string("off")}});
}

/// On the loop, although it reads a file: a page or two, when an operator asks for it.
void Daemon::Parts::reload() {
    const auto fresh = read_config();
    if (!fresh) return log::error("configuration not reloaded", {{"reason", fresh.error().message}});
    const auto changes = lay_over(config, *fresh);
    log::set_level(config.log_level);
    engine->set_limits(config.slots, config.limits);
    log::info("configuration reloaded", {{"changed", join(changes.in_force)}});
    if (changes.need_restart.empty()) return;
    log::warning("configuration changed that needs a restart", {{"keys", join(changes.need_restart)}});
}

void Daemon::Parts::stop() {
    if (stopper.joinable()) return;
    log::info("cellwised stopping");
    system::notify_service_manager("STOPPING=1");
    registrations->flush();
    // Answers that are under way come from the loop, so it is not the loop that waits for them.
    stopper = std::jthread([this] {
        if (http) http->stop(kHttpGrace);
        loop.stop();
    });
}

/// Nothing may be promised that cannot be kept: systemd starts us anew, and the jobs go on from what is stored.
void Daemon::Parts::give_up(std::string_view what, const Error& error) {
    log::error("cellwised gives up", {{"because", what}, {"code", error.code}, {"reason", error.message}});
    exit_code = 1;
    loop.stop();
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::start(const Config& config, ReadConfig read_config) {
    auto parts = std::make_unique<Parts>(config, std::move(read_config));
    // First of all, for until then SIGHUP ends the process; it is answered when everything is there.
    parts->loop.on_signals({SIGHUP}, [&made = *parts](int) { made.reload(); });
    if (auto opened = parts->open_storage(); !opened) return opened.error();
    if (auto opened = parts->open_lwm2m(); !opened) return opened.error();
    parts->make_core();
    if (auto made = parts->make_pushes(); !made) return made.error();
    parts->make_services();
    // What was under way is counted before anybody can ask for more.
    if (auto recovered = parts->engine->recover(); !recovered) return recovered.error();
    parts->device_events.set(*parts->engine);
    if (auto checked = parts->check_packages(); !checked) return checked.error();
    if (auto opened = parts->open_http(); !opened) return opened.error();
    parts->arm_timers();
    return std::unique_ptr<Daemon>(new Daemon(std::move(parts)));
}

int Daemon::run() {
    parts_->loop.post([this] {
        provide_admin_token(parts_->state / "admin.token", *parts_->database, *parts_->access, [this] {
            parts_->write_endpoints();
            system::notify_service_manager("READY=1");
        });
    });
    parts_->loop.run();
    log::info("cellwised stopped");
    return parts_->exit_code;
}

}  // namespace cellwise::daemon
