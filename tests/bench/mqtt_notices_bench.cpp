// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/hmac.hpp"
#include "adapters/mqtt/broker_link.hpp"
#include "adapters/mqtt/event_codec.hpp"
#include "adapters/mqtt/login_server.hpp"
#include "adapters/mqtt/paho_connection.hpp"
#include "adapters/system/event_loop.hpp"
#include "adapters/system/system_clock.hpp"
#include "daemon/late_mqtt_events.hpp"
#include "tests/bench/mqtt_devices.hpp"
#include "tests/fakes/null_metrics.hpp"

#include <mqtt/async_client.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

// Upgrade notices to 10,000 devices that are online, through a broker with our plugin on loopback: our link beside
// Paho alone, which publishes the same texts to the same topics with the same window. Usage:
// cellwise_mqtt_notices_bench PORT LOGINS_SOCKET [ROUNDS]. Exit 1 below 0.8.
namespace cellwise {
namespace {

constexpr int kDevices = 10'000;
constexpr int kWindow = 100;
constexpr double kWanted = 0.8;

using Clock = std::chrono::steady_clock;

/// The one client that the plugin takes for the daemon: each contestant in its turn.
const mqtt::LoginDesk::Credentials kDaemon{.client_id = "cellwised", .username = "cellwised", .password = "bench"};

std::string name_of(int device) { return bench::MqttDevices::name_of(device); }

domain::mqtt::UpgradeNotice a_notice() {
    return {.version = "V2.0",
            .url = "https://10.1.2.3:8943/iodm/dev/v2.0/upgradefile/applications/0/devices/1/packages/2",
            .file_size = 1'000'000,
            .file_name = "meter.bin",
            .sign = std::string(64, 'a'),
            .access_token = std::string(64, 'b'),
            .expires = std::chrono::hours{24}};
}

/// Messages a second.
double rate(Clock::duration took) { return kDevices / std::chrono::duration<double>(took).count(); }

struct Anybody final : ports::MqttLogins {
    Status check(std::string_view, std::string_view, std::string_view) override { return {}; }
};

/// What the plugin asks about logins, on a thread of its own.
class Logins {
 public:
    explicit Logins(const std::string& socket) {
        auto opened = mqtt::LoginServer::open(loop_.context(), socket, desk_);
        if (!opened) std::abort();
        server_ = std::move(*opened);
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~Logins() {
        loop_.stop();
        thread_.join();
    }

 private:
    system::EventLoop loop_{};
    Anybody anybody_{};
    crypto::OpenSslAuthentication authentication_{};
    mqtt::LoginDesk desk_{kDaemon, anybody_, authentication_};
    std::unique_ptr<mqtt::LoginServer> server_{};
    std::thread thread_{};
};

/// Paho and a window, and nothing else.
class Bare : public ::mqtt::iaction_listener {
 public:
    explicit Bare(const std::string& port) : client_("tcp://127.0.0.1:" + port, kDaemon.client_id, options()) {
        ::mqtt::connect_options connect;
        connect.set_user_name(kDaemon.username);
        connect.set_password(kDaemon.password);
        connect.set_mqtt_version(MQTTVERSION_3_1_1);
        connect.set_max_inflight(kWindow);
        client_.connect(connect)->wait();
    }
    ~Bare() override { client_.disconnect()->wait(); }

    double run() {
        const auto began = Clock::now();
        for (int i = 0; i < kDevices; ++i) {
            const auto name = name_of(i);
            const auto payload = mqtt::encode_upgrade(name, a_notice(), Timestamp{});
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return in_flight_ < kWindow; });
            ++in_flight_;
            lock.unlock();
            client_.publish(::mqtt::make_message("$oc/devices/" + name + "/sys/events/down", payload, 1, false),
                            nullptr, *this);
        }
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return in_flight_ == 0; });
        return rate(Clock::now() - began);
    }

 private:
    static ::mqtt::create_options options() {
        ::mqtt::create_options options(MQTTVERSION_3_1_1);
        options.set_max_buffered_messages(4 * kWindow);
        return options;
    }
    void on_success(const ::mqtt::token&) override { settle(); }
    void on_failure(const ::mqtt::token&) override { settle(); }
    void settle() {
        const std::lock_guard lock(mutex_);
        --in_flight_;
        changed_.notify_all();
    }

    ::mqtt::async_client client_;
    std::mutex mutex_{};
    std::condition_variable changed_{};
    int in_flight_ = 0;
};

class Ours {
 public:
    explicit Ours(std::uint16_t port)
        : connection_({.url = {.host = "127.0.0.1", .port = port},
                       .client_id = kDaemon.client_id,
                       .username = kDaemon.username,
                       .password = kDaemon.password,
                       .in_flight = kWindow},
                      loop_) {
        loop_.post([this] { link_.start(); });
        loop_.run_every(Duration{50}, [this] { link_.tick(); });
        thread_ = std::thread([this] { loop_.run(); });
        while (!link_.state().up) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ~Ours() {
        std::promise<void> stopped;
        loop_.post([&] {
            link_.stop();
            stopped.set_value();
        });
        stopped.get_future().wait();
        loop_.stop();
        thread_.join();
    }

    double run() {
        std::promise<Clock::time_point> done;
        const auto began = Clock::now();
        loop_.post([this, &done] {
            left_ = kDevices;
            for (int i = 0; i < kDevices; ++i) {
                link_.send_upgrade(name_of(i), a_notice(), [this, &done](ports::DeliveryOutcome outcome) {
                    if (outcome != ports::DeliveryOutcome::Delivered) std::abort();
                    if (--left_ == 0) done.set_value(Clock::now());
                });
            }
        });
        return rate(done.get_future().get() - began);
    }

 private:
    system::EventLoop loop_{};
    system::SystemClock clock_{};
    system::MonotonicClock steady_{};
    fakes::NullMetrics metrics_{};
    daemon::LateMqttEvents events_{};
    mqtt::PahoConnection connection_;
    mqtt::BrokerLink link_{{connection_, events_, loop_, clock_, steady_, metrics_},
                           {.window = {.in_flight = kWindow}}};
    std::thread thread_{};
    int left_ = 0;
};

double median(std::vector<double> rates) {
    std::sort(rates.begin(), rates.end());
    return rates[rates.size() / 2];
}

/// One contestant's turn: it links, all is quiet, it publishes, and every notice reaches its device.
template <class Contestant, class Port>
double turn_of(Port port, const bench::MqttDevices& devices) {
    Contestant contestant(port);
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto before = devices.messages();
    const auto rate = contestant.run();
    const auto until = Clock::now() + std::chrono::seconds(10);
    while (devices.messages() - before < kDevices) {
        if (Clock::now() > until) {
            std::printf("only %llu of %d notices arrived\n",
                        static_cast<unsigned long long>(devices.messages() - before), kDevices);
            std::exit(2);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return rate;
}

int main_of(const std::string& port, const std::string& socket, int rounds) {
    const Logins logins(socket);
    const auto number = static_cast<std::uint16_t>(std::stoi(port));
    const bench::MqttDevices devices(number, kDevices);
    std::printf("%d devices are online\n", kDevices);
    std::vector<double> theirs;
    std::vector<double> own;
    for (int round = 0; round < rounds; ++round) {
        theirs.push_back(turn_of<Bare>(port, devices));
        own.push_back(turn_of<Ours>(number, devices));
        std::printf("round %d: Paho alone %.0f/s, our link %.0f/s\n", round + 1, theirs.back(), own.back());
    }
    const auto share = median(own) / median(theirs);
    std::printf("median: Paho alone %.0f/s, our link %.0f/s, share %.2f (wanted %.1f)\n", median(theirs), median(own),
                share, kWanted);
    return share >= kWanted ? 0 : 1;
}

}  // namespace
}  // namespace cellwise

int main(int count, char** arguments) {
    if (count < 3) return std::fprintf(stderr, "usage: %s PORT LOGINS_SOCKET [ROUNDS]\n", arguments[0]), 2;
    return cellwise::main_of(arguments[1], arguments[2], count > 3 ? std::atoi(arguments[3]) : 5);
}
