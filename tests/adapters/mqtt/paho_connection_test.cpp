// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/paho_connection.hpp"

#include "adapters/system/event_loop.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <mutex>
#include <signal.h>
#include <spawn.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace cellwise::mqtt {
namespace {

using namespace std::chrono_literals;

std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(socket);
    return ntohs(address.sin_port);
}

/// Mosquitto without our plugin, which lets everybody in but to topics under "secret/".
class Broker {
 public:
    explicit Broker(const std::filesystem::path& directory)
        : port(free_port()), config_(directory / "mosquitto.conf") {
        std::ofstream(directory / "acl") << "topic readwrite open/#\n";
        std::ofstream(config_) << "listener " << port << " 127.0.0.1\nallow_anonymous true\nacl_file "
                               << (directory / "acl").string() << "\nuser root\nlog_dest none\n";
        start();
    }
    ~Broker() { stop(); }
    void start() {
        const std::string file = config_.string();
        const char* arguments[] = {"mosquitto", "-c", file.c_str(), nullptr};
        ASSERT_EQ(
            ::posix_spawn(&process_, "/usr/sbin/mosquitto", nullptr, nullptr, const_cast<char**>(arguments), environ),
            0);
    }
    void stop() {
        if (process_ <= 0) return;
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }

    const std::uint16_t port;

 private:
    std::filesystem::path config_;
    pid_t process_ = 0;
};

/// Gathers on the loop what happens; the test waits for it.
struct Witness final : BrokerEvents {
    void on_connected() override { note("connected"); }
    void on_disconnected(const std::string& reason) override { note("disconnected: " + reason); }
    void on_subscribed(bool granted) override { note(granted ? "granted" : "refused"); }
    void on_published(std::uint64_t number, bool confirmed) override {
        note((confirmed ? "confirmed " : "lost ") + std::to_string(number));
    }
    void on_message(const std::string& topic, const std::string& payload) override { note(topic + "=" + payload); }
    void on_batch_end() override {}

    void note(std::string what) {
        const std::lock_guard lock(mutex);
        told.push_back(std::move(what));
        changed.notify_all();
    }
    bool hears(const std::function<bool(const std::vector<std::string>&)>& enough,
               std::chrono::seconds within = 20s) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, within, [&] { return enough(told); });
    }
    bool hears(const std::string& what) {
        return hears([&](const auto& all) { return std::find(all.begin(), all.end(), what) != all.end(); });
    }
    bool heard(const std::string& what) {
        const std::lock_guard lock(mutex);
        return std::find(told.begin(), told.end(), what) != told.end();
    }
    void forget() {
        const std::lock_guard lock(mutex);
        told.clear();
    }

    std::mutex mutex{};
    std::condition_variable changed{};
    std::vector<std::string> told{};
};

class PahoConnectionTest : public testing::Test {
 protected:
    void open(std::uint16_t port, std::size_t most_waiting = 10'000) {
        connection_ = std::make_unique<PahoConnection>(
            PahoConnection::Options{
                .url = {.host = "127.0.0.1", .port = port}, .client_id = "test", .most_waiting = most_waiting},
            loop_);
        connection_->listen(witness_);
        thread_ = std::thread([this] { loop_.run(); });
    }
    void on_loop(const std::function<void()>& work) { loop_.post(work); }
    void come_up() {
        for (int attempt = 0; attempt < 100; ++attempt) {  // the broker may still be starting
            witness_.forget();
            on_loop([this] { connection_->connect(); });
            const auto any = [](const auto& all) { return !all.empty(); };
            ASSERT_TRUE(witness_.hears(any));
            if (witness_.hears([](const auto& all) { return all.front() == "connected"; }, 0s)) return;
            std::this_thread::sleep_for(50ms);
        }
        FAIL() << "no connection";
    }
    ~PahoConnectionTest() override {
        loop_.stop();
        if (thread_.joinable()) thread_.join();
        const auto before = std::chrono::steady_clock::now();
        connection_.reset();
        EXPECT_LT(std::chrono::steady_clock::now() - before, 2s) << "an end takes no longer";
    }

    fakes::TemporaryDirectory directory_{};
    system::EventLoop loop_{};
    Witness witness_{};
    std::unique_ptr<PahoConnection> connection_{};
    std::thread thread_{};
};

TEST_F(PahoConnectionTest, PublishesAndHears) {
    const Broker broker(directory_ / "");
    open(broker.port);
    come_up();
    on_loop([this] { connection_->subscribe({"open/+", "secret/x"}, 1); });
    EXPECT_TRUE(witness_.hears("granted")) << "the second is not needed";
    on_loop([this] { connection_->publish(7, "open/a", std::string("p\0q", 3)); });
    EXPECT_TRUE(witness_.hears("confirmed 7"));
    EXPECT_TRUE(witness_.hears(std::string("open/a=p\0q", 10)));
}

TEST_F(PahoConnectionTest, SaysThatThereIsNoBroker) {
    open(free_port());
    on_loop([this] { connection_->connect(); });
    EXPECT_TRUE(witness_.hears("disconnected: the broker cannot be reached"));
}

TEST_F(PahoConnectionTest, SaysThatTheBrokerIsGoneAndFindsItAgain) {
    Broker broker(directory_ / "");
    open(broker.port);
    come_up();
    broker.stop();
    EXPECT_TRUE(witness_.hears([](const auto& all) { return all.back().starts_with("disconnected"); }));
    broker.start();
    come_up();
}

TEST_F(PahoConnectionTest, HearsNothingOfAConnectionThatWasClosed) {
    const Broker broker(directory_ / "");
    open(broker.port);
    come_up();
    on_loop([this] {
        connection_->subscribe({"open/+"}, 1);
        connection_->publish(1, "open/a", "x");
        connection_->close();
        witness_.note("closed");
    });
    EXPECT_TRUE(witness_.hears("closed"));
    come_up();
    on_loop([this] { connection_->publish(2, "open/b", "y"); });
    EXPECT_TRUE(witness_.hears("confirmed 2"));
    EXPECT_FALSE(witness_.heard("granted")) << "the broker's answers to the former come too late";
    EXPECT_FALSE(witness_.heard("confirmed 1"));
}

TEST_F(PahoConnectionTest, SlowsTheBrokerDownAndLosesNothing) {
    constexpr int kMessages = 100;
    const Broker broker(directory_ / "");
    open(broker.port, 3);
    come_up();
    on_loop([this] { connection_->subscribe({"open/+"}, 1); });
    ASSERT_TRUE(witness_.hears("granted"));
    for (int i = 0; i < kMessages; ++i) {
        on_loop([this, i] { connection_->publish(static_cast<std::uint64_t>(i) + 1, "open/a", std::to_string(i)); });
    }
    EXPECT_TRUE(witness_.hears([](const auto& all) {
        return std::count_if(all.begin(), all.end(), [](const auto& one) { return one.starts_with("open/a="); }) ==
               kMessages;
    }));
}

TEST_F(PahoConnectionTest, EndsInTimeWhileItConnectsToNowhere) {
    // A listener that takes nobody: the connection stands, and no CONNACK ever comes.
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(socket, 1), 0);
    ASSERT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
    open(ntohs(address.sin_port));
    on_loop([this] {
        connection_->connect();
        witness_.note("asked");
    });
    EXPECT_TRUE(witness_.hears("asked"));
    ::close(socket);
}

}  // namespace
}  // namespace cellwise::mqtt
