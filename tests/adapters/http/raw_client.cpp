// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/http/raw_client.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace cellwise::http::testing {

std::string RawResponse::field(std::string_view name) const {
    const auto begin = head.find("\r\n" + std::string(name) + ": ");
    if (begin == std::string::npos) return {};
    const auto value = begin + name.size() + 4;
    return head.substr(value, head.find("\r\n", value) - value);
}

RawClient::RawClient(std::uint16_t port, const char* from)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    EXPECT_EQ(inet_pton(AF_INET, from, &address.sin_addr), 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), waiting_(std::move(other.waiting_)) {}

RawClient::~RawClient() {
    if (socket_ >= 0) ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void RawClient::shutdown_send() { ::shutdown(socket_, SHUT_WR); }

void RawClient::reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(socket_, -1));
}

std::ptrdiff_t RawClient::receive(char* room, std::size_t size) { return ::recv(socket_, room, size, 0); }

bool RawClient::fill() {
    char piece[65536];
    const auto received = receive(piece, sizeof piece);
    EXPECT_FALSE(received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) << "nothing came for 20 s";
    if (received <= 0) return false;
    waiting_.append(piece, static_cast<std::size_t>(received));
    return true;
}

RawResponse RawClient::read_response(bool of_head) {
    RawResponse response;
    std::size_t end = 0;
    while ((end = waiting_.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) return response;
    }
    response.head = waiting_.substr(0, end);
    waiting_.erase(0, end + 4);
    std::from_chars(response.head.data() + 9, response.head.data() + 12, response.status);
    std::size_t length = 0;
    const auto text = response.field("Content-Length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    if (!of_head) response.body = read(length);
    return response;
}

std::string RawClient::read(std::size_t count) {
    while (waiting_.size() < count && fill()) {
    }
    auto out = waiting_.substr(0, count);
    waiting_.erase(0, out.size());
    return out;
}

std::string RawClient::read_piece() {
    if (waiting_.empty()) fill();
    return std::exchange(waiting_, {});
}

std::string RawClient::read_all() {
    while (fill()) {
    }
    return std::exchange(waiting_, {});
}

bool RawClient::closed_by_peer() { return read_all().empty(); }

bool RawClient::readable() const {
    pollfd wanted{.fd = socket_, .events = POLLIN, .revents = 0};
    return !waiting_.empty() || ::poll(&wanted, 1, 0) > 0;
}

std::string get(std::string_view path, std::string_view fields) {
    return std::string("GET ").append(path).append(" HTTP/1.1\r\nHost: test\r\n").append(fields).append("\r\n");
}

std::string post(std::string_view path, std::string_view body, std::string_view fields) {
    return std::string("POST ")
        .append(path)
        .append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n")
        .append(fields)
        .append("\r\n")
        .append(body);
}

}  // namespace cellwise::http::testing
