// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/daemon_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace cellwise::plugin {

namespace dm = domain::mqtt;

Timestamp steady_now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return Timestamp{std::chrono::duration_cast<Duration>(now)};
}

DaemonSocket::DaemonSocket(std::string path, Duration patience) : path_(std::move(path)), patience_(patience) {}
DaemonSocket::~DaemonSocket() { close(); }

std::optional<dm::LoginVerdict> DaemonSocket::ask(dm::LoginQuestion question) {
    question.number = ++last_;
    const auto until = steady_now() + patience_;
    const bool kept = socket_ >= 0;
    auto verdict = try_once(question, until);
    // A connection that was kept may be to a daemon that was restarted since.
    if (!verdict && kept && steady_now() < until) verdict = try_once(question, until);
    return verdict;
}

std::optional<dm::LoginVerdict> DaemonSocket::try_once(const dm::LoginQuestion& question, Timestamp until) {
    const auto bytes = dm::encode(question);
    if (!bytes) return dm::LoginVerdict::Refused;
    if (socket_ < 0 && !connect()) return std::nullopt;
    if (send(*bytes, until)) {
        while (const auto answer = receive(until)) {
            if (answer->number == question.number) return answer->verdict;
        }
    }
    // Whatever comes on it now would be late.
    close();
    return std::nullopt;
}

bool DaemonSocket::connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.empty() || path_.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return false;
    // A full backlog is EAGAIN: such a daemon does not serve, and is away.
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(socket_, generic, sizeof address) == 0) return true;
    close();
    return false;
}

void DaemonSocket::close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

bool DaemonSocket::wait_for(short events, Timestamp until) const {
    for (;;) {
        const auto left = (until - steady_now()).count();
        if (left <= 0) return false;
        pollfd one{.fd = socket_, .events = events, .revents = 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

bool DaemonSocket::send(const std::string& bytes, Timestamp until) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            if (!wait_for(POLLOUT, until)) return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

std::optional<dm::LoginAnswer> DaemonSocket::receive(Timestamp until) {
    std::array<char, dm::kAnswerSize> bytes{};
    std::size_t received = 0;
    while (received < bytes.size()) {
        if (!wait_for(POLLIN, until)) return std::nullopt;
        const auto count = ::recv(socket_, bytes.data() + received, bytes.size() - received, 0);
        if (count > 0) {
            received += static_cast<std::size_t>(count);
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            return std::nullopt;
        }
    }
    return dm::decode_answer({bytes.data(), bytes.size()});
}

}  // namespace cellwise::plugin
