// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/http/raw_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace cellwise::http::testing {

RawServer::RawServer(Script script)
    : script_(std::move(script)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket_, 128), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept_all(); });
}

RawServer::~RawServer() {
    ::shutdown(socket_, SHUT_RDWR);
    acceptor_.join();
    ::close(socket_);
}

std::string RawServer::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void RawServer::accept_all() {
    for (;;) {
        const int accepted = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        if (accepted < 0) return;
        ++connections_;
        at_once_ = std::max(at_once_.load(), ++open_);
        const std::lock_guard lock(mutex_);
        threads_.emplace_back([this, accepted] {
            script_(accepted);
            --open_;
            ::close(accepted);
        });
    }
}

std::string read_request(int socket) {
    std::string request;
    char piece[4096];
    std::size_t wanted = std::string::npos;
    while (request.size() < wanted) {
        const auto received = ::recv(socket, piece, sizeof piece, 0);
        if (received <= 0) break;
        request.append(piece, static_cast<std::size_t>(received));
        const auto end = request.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        const auto length = request.find("Content-Length: ");
        wanted = end + 4 + (length < end ? std::stoul(request.substr(length + 16)) : 0);
    }
    return request;
}

void write_text(int socket, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void wait_for_end(int socket) {
    char piece[4096];
    while (::recv(socket, piece, sizeof piece, 0) > 0) {
    }
}

RawServer::Script answering(std::string response) {
    return [response = std::move(response)](int socket) {
        read_request(socket);
        write_text(socket, response);
    };
}

}  // namespace cellwise::http::testing
