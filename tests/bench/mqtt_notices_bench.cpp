// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/broker_link.hpp"
#include "adapters/mqtt/event_codec.hpp"
#include "adapters/mqtt/paho_connection.hpp"
#include "adapters/system/event_loop.hpp"
#include "adapters/system/system_clock.hpp"
#include "daemon/late_mqtt_events.hpp"
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

// Upgrade notices to 10,000 devices through a broker on loopback: our link beside Paho alone, which publishes the
// same texts to the same topics with the same window. Usage: cellwise_mqtt_notices_bench PORT [ROUNDS]. Exit 1 below
// 0.8.
namespace cellwise {
namespace {

constexpr int kDevices = 10'000;
constexpr int kWindow = 100;
constexpr double kWanted = 0.8;

using Clock = std::chrono::steady_clock;

std::string name_of(int device) { return "bench-" + std::to_string(device); }

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

/// Paho and a window, and nothing else.
class Bare : public ::mqtt::iaction_listener {
 public:
    explicit Bare(const std::string& port) : client_("tcp://127.0.0.1:" + port, "bench-bare", options()) {
        ::mqtt::connect_options connect;
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
        : connection_({.url = {.host = "127.0.0.1", .port = port}, .client_id = "bench-ours", .in_flight = kWindow},
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

int main_of(const std::string& port, int rounds) {
    Bare bare(port);
    Ours ours(static_cast<std::uint16_t>(std::stoi(port)));
    std::vector<double> theirs;
    std::vector<double> own;
    for (int round = 0; round < rounds; ++round) {
        theirs.push_back(bare.run());
        own.push_back(ours.run());
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
    if (count < 2) return std::fprintf(stderr, "usage: %s PORT [ROUNDS]\n", arguments[0]), 2;
    return cellwise::main_of(arguments[1], count > 2 ? std::atoi(arguments[2]) : 5);
}
