// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/login_server.hpp"

#include "adapters/crypto/hmac.hpp"
#include "adapters/system/event_loop.hpp"
#include "plugin/mosquitto/daemon_socket.hpp"
#include "tests/fakes/listed_logins.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <thread>
#include <unistd.h>
#include <vector>

namespace cellwise::mqtt {
namespace {

using domain::mqtt::LoginVerdict;
using plugin::DaemonSocket;

constexpr Duration kPatience{10'000};

class LoginServerTest : public testing::Test {
 protected:
    LoginServerTest() {
        auto opened = LoginServer::open(loop_.context(), path_, desk_);
        EXPECT_TRUE(opened) << opened.error().message;
        server_ = std::move(*opened);
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~LoginServerTest() override {
        loop_.stop();
        thread_.join();
    }
    /// A connection that speaks for itself.
    int connect() const {
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        return socket;
    }
    static bool is_closed(int socket) {
        char byte = 0;
        return ::recv(socket, &byte, 1, 0) <= 0;
    }

    fakes::TemporaryDirectory directory_{};
    std::filesystem::path path_ = directory_ / "logins.sock";
    fakes::ListedLogins devices_{};
    crypto::OpenSslAuthentication authentication_{};
    LoginDesk desk_{{"cellwised", "cellwised", "own"}, devices_, authentication_};
    system::EventLoop loop_{};
    std::unique_ptr<LoginServer> server_{};
    std::thread thread_{};
};

TEST_F(LoginServerTest, AnswersThePlugin) {
    DaemonSocket plugin(path_, kPatience);
    EXPECT_EQ(plugin.ask({.client_id = "x", .username = "meter-7", .password = "right"}), LoginVerdict::Device);
    EXPECT_EQ(plugin.ask({.client_id = "x", .username = "meter-7", .password = "wrong"}), LoginVerdict::Refused);
    EXPECT_EQ(plugin.ask({.client_id = "cellwised", .username = "cellwised", .password = "own"}),
              LoginVerdict::Daemon);
}

TEST_F(LoginServerTest, AnswersQuestionsThatComeTogetherOrInPieces) {
    const int socket = connect();
    const auto first =
        domain::mqtt::encode(domain::mqtt::LoginQuestion{.number = 1, .username = "meter-7", .password = "right"});
    const auto second =
        domain::mqtt::encode(domain::mqtt::LoginQuestion{.number = 2, .username = "meter-7", .password = "no"});
    const auto all = first.value() + second.value();
    const auto cut = first->size() + 3;
    EXPECT_EQ(::send(socket, all.data(), cut, 0), static_cast<ssize_t>(cut));
    EXPECT_EQ(::send(socket, all.data() + cut, all.size() - cut, 0), static_cast<ssize_t>(all.size() - cut));
    std::string answers(2 * domain::mqtt::kAnswerSize, '\0');
    EXPECT_EQ(::recv(socket, answers.data(), answers.size(), MSG_WAITALL), static_cast<ssize_t>(answers.size()));
    EXPECT_EQ(answers, domain::mqtt::encode(domain::mqtt::LoginAnswer{1, LoginVerdict::Device}) +
                           domain::mqtt::encode(domain::mqtt::LoginAnswer{2, LoginVerdict::Refused}));
    ::close(socket);
}

TEST_F(LoginServerTest, ClosesOnNonsense) {
    const int socket = connect();
    EXPECT_EQ(::send(socket, "GET / HTTP/1.1\r\n", 16, 0), 16);
    EXPECT_TRUE(is_closed(socket));
    ::close(socket);
}

TEST_F(LoginServerTest, ServesThePluginHoweverManyConnectionsThereAre) {
    DaemonSocket plugin(path_, kPatience);
    std::vector<int> idle;
    for (std::size_t i = 0; i < 3 * LoginServer::kMostConnections; ++i) idle.push_back(connect());
    EXPECT_EQ(plugin.ask({.client_id = "x", .username = "meter-7", .password = "right"}), LoginVerdict::Device);
    EXPECT_TRUE(is_closed(idle.front())) << "who was silent longest is closed";
    for (const int socket : idle) ::close(socket);
}

TEST_F(LoginServerTest, TakesThePlaceOfASocketThatWasLeftBehind) {
    system::EventLoop other;
    EXPECT_TRUE(LoginServer::open(other.context(), path_, desk_));
}

TEST_F(LoginServerTest, SaysWhyItCannotListen) {
    system::EventLoop other;
    const auto missing = LoginServer::open(other.context(), directory_ / "no" / "x.sock", desk_);
    EXPECT_EQ(missing.error().code, "mqtt.logins_socket");
    const auto endless = LoginServer::open(other.context(), directory_ / std::string(200, 'x'), desk_);
    EXPECT_EQ(endless.error().code, "mqtt.logins_socket");
}

}  // namespace
}  // namespace cellwise::mqtt
