// SPDX-License-Identifier: Apache-2.0
#include "daemon/daemon.hpp"

#include "adapters/system/service_manager.hpp"
#include "daemon/admin_token.hpp"
#include "daemon/config_values.hpp"
#include "daemon/daemon_parts.hpp"
#include "daemon/endpoints.hpp"

#include "cellwise/base/log.hpp"

#include <csignal>
#include <utility>

namespace cellwise::daemon {
namespace {

using namespace std::chrono_literals;

constexpr Duration kHttpGrace = 3s;  ///< of the 5 s in which a stop has to be over

std::string join(const std::vector<std::string_view>& keys) {
    std::string text;
    for (const auto key : keys) text.append(text.empty() ? "" : ", ").append(key);
    return text;
}

}  // namespace

void Daemon::Parts::arm_timers() {
    loop.probe_lag(metrics.seconds("cellwise_loop_lag_seconds", "How late the loop comes to a timer"));
    loop.run_every(250ms, [this] {
        tasks->tick();
        if (lwm2m) lwm2m->tick();
        if (mqtt) mqtt->tick();
        registrations->flush();
    });
    loop.run_every(1s, [this] {
        engine->tick();
        gateway->tick();
        commands->desk.tick();
        pushes->tick();
        events->tick([this](const domain::CellKey& key) { return engine->cell(key); });
        devices->tick();
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
    const auto bound = [](const ListenAddress& asked, std::uint16_t port) {
        return write_listen({asked.host, port});
    };
    Endpoints endpoints;
    if (!config.http_listen.is_off()) endpoints.http = bound(config.http_listen, http->port());
    if (!config.https_listen.is_off()) endpoints.https = bound(config.https_listen, http->tls_port());
    if (udp) endpoints.coap = bound(config.coap_listen, udp->local_port());
    if (!config.download_listen.is_off()) endpoints.download = bound(config.download_listen, downloads->port());
    announce(endpoints, state);
}

/// On the loop, although it reads a file: a page or two, when an operator asks for it.
void Daemon::Parts::reload() {
    const auto fresh = read_config();
    if (!fresh) return log::error("configuration not reloaded", {{"reason", fresh.error().message}});
    const auto changes = lay_over(config, *fresh);
    log::set_level(config.log_level);
    engine->set_limits(config.slots, config.limits);
    tls.reload(config, clock.now());
    events->on_everything();
    throttle->set_limit(config.northbound_throttle);
    log::info("configuration reloaded", {{"changed", join(changes.in_force)}});
    if (changes.need_restart.empty()) return;
    log::warning("configuration changed that needs a restart", {{"keys", join(changes.need_restart)}});
}

void Daemon::Parts::stop() {
    if (stopper.joinable()) return;
    log::info("cellwised stopping");
    system::notify_service_manager("STOPPING=1");
    registrations->flush();
    events->close();
    if (mqtt) mqtt->stop();
    // Answers that are under way come from the loop, so it is not the loop that waits for them.
    stopper = std::jthread([this] {
        downloads->stop();
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
    if (auto opened = parts->open_mqtt(); !opened) return opened.error();
    parts->make_core();
    if (auto made = parts->make_pushes(); !made) return made.error();
    parts->make_services();
    // What goes on may tell devices where to download from.
    if (auto opened = parts->open_downloads(); !opened) return opened.error();
    // What was under way is counted before anybody can ask for more.
    if (auto recovered = parts->engine->recover(); !recovered) return recovered.error();
    if (auto recovered = parts->commands->desk.recover(); !recovered) return recovered.error();
    parts->device_events.set(*parts->engine);
    if (auto checked = parts->check_packages(); !checked) return checked.error();
    if (auto counted = parts->answers->open(); !counted) return counted.error();
    if (auto opened = parts->open_http(); !opened) return opened.error();
    if (parts->mqtt) parts->mqtt->start();
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
