// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/daemon_socket.hpp"

#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <thread>
#include <unistd.h>

namespace cellwise::plugin {
namespace {

namespace dm = domain::mqtt;

/// A daemon that serves one connection after the other, each by a function of its socket.
class Daemon {
 public:
    explicit Daemon(const std::filesystem::path& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(socket_, 4), 0);
    }
    ~Daemon() { ::close(socket_); }
    std::jthread serve(std::function<void(int)> connection) {
        return std::jthread([this, connection = std::move(connection)] {
            const int one = ::accept(socket_, nullptr, nullptr);
            connection(one);
            ::close(one);
        });
    }

 private:
    int socket_;
};

dm::LoginQuestion question_of(int socket) {
    std::string bytes(dm::kLongestQuestion, '\0');
    const auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
    return dm::decode_question(bytes.substr(0, static_cast<std::size_t>(std::max<ssize_t>(count, 0)))).question;
}
void say(int socket, const std::string& bytes) {
    EXPECT_EQ(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
}

const dm::LoginQuestion kLogin{.client_id = "a_0_1_2025041401", .username = "a", .password = "p"};

class DaemonSocketTest : public testing::Test {
 protected:
    fakes::TemporaryDirectory directory_{};
    std::filesystem::path path_ = directory_ / "logins.sock";
};

TEST_F(DaemonSocketTest, AsksAndIsAnswered) {
    Daemon daemon(path_);
    DaemonSocket socket(path_, Duration{5'000});
    const auto thread = daemon.serve([](int connection) {
        for (const auto verdict : {dm::LoginVerdict::Device, dm::LoginVerdict::Refused}) {
            const auto asked = question_of(connection);
            EXPECT_EQ(asked.client_id, kLogin.client_id);
            say(connection, dm::encode(dm::LoginAnswer{asked.number, verdict}));
        }
    });
    EXPECT_EQ(socket.ask(kLogin), dm::LoginVerdict::Device);
    EXPECT_EQ(socket.ask(kLogin), dm::LoginVerdict::Refused) << "on the same connection";
}

TEST_F(DaemonSocketTest, PassesOverAnswersToOlderQuestions) {
    Daemon daemon(path_);
    DaemonSocket socket(path_, Duration{5'000});
    const auto thread = daemon.serve([](int connection) {
        const auto asked = question_of(connection);
        say(connection, dm::encode(dm::LoginAnswer{asked.number - 1, dm::LoginVerdict::Device}));
        say(connection, dm::encode(dm::LoginAnswer{asked.number, dm::LoginVerdict::Refused}));
    });
    EXPECT_EQ(socket.ask(kLogin), dm::LoginVerdict::Refused);
}

TEST_F(DaemonSocketTest, GivesUpOnADaemonThatIsNotThereAtOnce) {
    DaemonSocket socket(path_, Duration{60'000});
    EXPECT_EQ(socket.ask(kLogin), std::nullopt);
}

TEST_F(DaemonSocketTest, GivesUpOnADaemonThatDoesNotAnswerInTime) {
    const Daemon daemon(path_);  // it listens and takes nobody
    DaemonSocket socket(path_, Duration{50});
    const auto before = steady_now();
    EXPECT_EQ(socket.ask(kLogin), std::nullopt);
    EXPECT_GE(steady_now() - before, Duration{50});
}

TEST_F(DaemonSocketTest, ComesBackToADaemonThatWasRestarted) {
    DaemonSocket socket(path_, Duration{5'000});
    for (int run = 0; run < 2; ++run) {
        std::filesystem::remove(path_);
        Daemon daemon(path_);
        const auto thread = daemon.serve([](int connection) {
            const auto asked = question_of(connection);
            say(connection, dm::encode(dm::LoginAnswer{asked.number, dm::LoginVerdict::Device}));
        });
        EXPECT_EQ(socket.ask(kLogin), dm::LoginVerdict::Device) << run;
    }
}

TEST_F(DaemonSocketTest, TakesNonsenseForNoAnswer) {
    Daemon daemon(path_);
    DaemonSocket socket(path_, Duration{5'000});
    const auto thread = daemon.serve([](int connection) {
        question_of(connection);
        say(connection, "nonsense");
    });
    EXPECT_EQ(socket.ask(kLogin), std::nullopt);
}

TEST_F(DaemonSocketTest, RefusesWhatIsTooLongToAsk) {
    DaemonSocket socket(path_, Duration{5'000});
    auto login = kLogin;
    login.password.assign(dm::kLongestCredential + 1, 'x');
    EXPECT_EQ(socket.ask(login), dm::LoginVerdict::Refused);
}

}  // namespace
}  // namespace cellwise::plugin
