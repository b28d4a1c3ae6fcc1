// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chunk_server.hpp"

#include "adapters/crypto/openssl_random.hpp"
#include "adapters/lwm2m/coap/udp_transport.hpp"
#include "adapters/lwm2m/lwm2m_server.hpp"
#include "adapters/sqlite/sqlite_database.hpp"
#include "adapters/system/event_loop.hpp"
#include "adapters/system/package_directory.hpp"
#include "adapters/system/prometheus_metrics.hpp"
#include "adapters/system/system_clock.hpp"
#include "app/pcp_link.hpp"
#include "app/registration_service.hpp"
#include "app/upgrade_engine.hpp"
#include "daemon/late_device_events.hpp"
#include "tests/bench/seeded_fleet.hpp"
#include "tests/fakes/silent_link.hpp"

#include "cellwise/base/assert.hpp"

namespace cellwise::bench {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<system::PackageDirectory> open_files(const std::filesystem::path& root) {
    auto opened = system::PackageDirectory::make(root);
    CELLWISE_ASSERT(opened.has_value());
    return std::move(*opened);
}

void fail(const Error&) { CELLWISE_ASSERT(false && "the database failed"); }

}  // namespace

/// The parts of src/daemon/daemon.cpp that a chunk passes, in the same order, by the same timers.
struct ChunkServer::Parts {
    system::EventLoop loop{};
    system::SystemClock clock{};
    system::MonotonicClock steady{};
    system::PrometheusMetrics metrics{};
    crypto::OpenSslRandom random{};
    std::unique_ptr<system::PackageDirectory> files;
    std::unique_ptr<sqlite::SqliteDatabase> database;
    app::RegistrationService registrations;
    daemon::LateDeviceEvents device_events{};
    std::unique_ptr<lwm2m::coap::UdpTransport> udp;
    lwm2m::Lwm2mServer lwm2m;
    app::PcpLink pcp;
    fakes::SilentUrlLink mqtt{};
    app::UpgradeEngine engine;

    Parts(const std::filesystem::path& directory, std::uint32_t devices, std::uint16_t devices_port)
        : files(open_files(directory / "packages")),
          database(open(directory / "cellwise.db", devices, devices_port)),
          registrations(*database, clock, random),
          udp(lwm2m::coap::UdpTransport::open(loop.context(), {.address = "0.0.0.0", .port = 0}, random, steady)
                  .value()),
          lwm2m(*udp, registrations, device_events, random, clock, loop),
          pcp(lwm2m.downlink()),
          engine(*database, clock, *files, {pcp, mqtt}, metrics, {.slots = {.level0 = devices}},
                 {.store_failed = fail}) {
        udp->set_after_batch([this] { registrations.flush(); });
        CELLWISE_ASSERT(engine.recover().has_value());
        device_events.set(engine);
        arm_timers();
    }

    std::unique_ptr<sqlite::SqliteDatabase> open(const std::filesystem::path& path, std::uint32_t devices,
                                                 std::uint16_t devices_port) {
        seed_fleet(path, *files, devices, devices_port, clock.now());
        return sqlite::SqliteDatabase::open({.path = path, .rest = 10ms}, loop, fail).value();
    }

    void arm_timers() {
        loop.run_every(250ms, [this] {
            lwm2m.tick();
            registrations.flush();
        });
        loop.run_every(1s, [this] { engine.tick(); });
    }
};

ChunkServer::ChunkServer(std::uint32_t devices, std::uint16_t devices_port)
    : parts_(std::make_unique<Parts>(directory_.path(), devices, devices_port)),
      ready_at_(std::chrono::steady_clock::now()),
      jobs_(parts_->engine.live_jobs()),
      thread_([this] {
          stay_on_core(kServerCore);
          parts_->loop.run();
      }) {}

ChunkServer::~ChunkServer() {
    parts_->loop.stop();
    thread_.join();
}

std::uint16_t ChunkServer::port() const { return parts_->udp->local_port(); }
void ChunkServer::wait_until_due() const { std::this_thread::sleep_until(ready_at_ + 20s); }
void ChunkServer::wait_until_written() const {
    while (parts_->database->pending() > 0) std::this_thread::sleep_for(10ms);
}
std::uint64_t ChunkServer::commits() const { return parts_->database->counters().commits; }

}  // namespace cellwise::bench
