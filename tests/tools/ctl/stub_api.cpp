// SPDX-License-Identifier: Apache-2.0
#include "stub_api.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <unistd.h>

namespace cellwise::ctl::test {
namespace {

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool receive_more(int connection, std::string& received) {
    std::array<char, 65536> piece{};
    const auto size = ::recv(connection, piece.data(), piece.size(), 0);
    if (size <= 0) return false;
    received.append(piece.data(), static_cast<std::size_t>(size));
    return true;
}

void send_all(int connection, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

StubApi::Seen head_of(std::string_view text) {
    StubApi::Seen head;
    const auto line = text.substr(0, text.find("\r\n"));
    const auto first = line.find(' ');
    const auto second = line.rfind(' ');
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, second - first - 1);
    for (auto at = line.size() + 2; at < text.size();) {
        const auto end = std::min(text.find("\r\n", at), text.size());
        const auto field = text.substr(at, end - at);
        const auto colon = field.find(':');
        if (colon != std::string_view::npos) {
            head.headers[lower(std::string(field.substr(0, colon)))] =
                field.substr(std::min(field.size(), colon + 2));
        }
        at = end + 2;
    }
    return head;
}

}  // namespace

StubApi::StubApi() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const plain = reinterpret_cast<::sockaddr*>(&address);
    ::socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, plain, size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, plain, &size), 0);
    port_ = ntohs(address.sin_port);
    server_ = std::jthread([this] { serve(); });
}

StubApi::~StubApi() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    server_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const int connection : connections_) ::shutdown(connection, SHUT_RDWR);
    }
    conversations_.clear();
    for (const int connection : connections_) ::close(connection);
    ::close(listener_);
}

void StubApi::serve() {
    while (!stopping_) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) return;
        const std::lock_guard lock(mutex_);
        connections_.push_back(connection);
        conversations_.emplace_back([this, connection] { converse(connection); });
    }
}

void StubApi::converse(int connection) {
    std::string received;
    while (answer_one(connection, received)) {
    }
    ::shutdown(connection, SHUT_RDWR);
}

bool StubApi::answer_one(int connection, std::string& received) {
    while (received.find("\r\n\r\n") == std::string::npos) {
        if (!receive_more(connection, received)) return false;
        constexpr char kHandshake = 22;  // TLS, which we do not speak
        if (received.front() == kHandshake) return send_all(connection, "HTTP/1.1 400 No\r\n\r\n"), false;
    }
    const auto head_size = received.find("\r\n\r\n") + 4;
    auto request = head_of(std::string_view(received).substr(0, head_size - 2));
    received.erase(0, head_size);
    const auto length = request.headers.find("content-length");
    const auto size = length == request.headers.end() ? 0 : std::stoul(length->second);
    const auto answer = answer_to(request);
    if (request.headers.contains("expect")) send_all(connection, "HTTP/1.1 100 Continue\r\n\r\n");
    while (received.size() < size) {
        if (answer.breaks_off && received.size() > size / 2) return false;
        if (!receive_more(connection, received)) return false;
    }
    request.body = received.substr(0, size);
    received.erase(0, size);
    {
        const std::lock_guard lock(mutex_);
        seen_.push_back(std::move(request));
    }
    if (answer.hangs_up) return false;
    auto text = "HTTP/1.1 " + std::to_string(answer.status) + " Said\r\n";
    if (answer.status != 204) {
        text += "Content-Type: " + answer.content_type + "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                "\r\n";
    }
    send_all(connection, text + "\r\n" + answer.body);
    return true;
}

StubApi::Answer StubApi::answer_to(const Seen& request) {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(request.method + ' ' + request.target);
    if (found == answers_.end()) {
        return {
            .status = 404,
            .body = R"({"status":404,"detail":"nobody taught me )" + request.target + R"(","code":"stub.unknown"})"};
    }
    auto answer = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    return answer;
}

void StubApi::answers(const std::string& request, Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_[request].push_back(std::move(answer));
}

void StubApi::refuses(const std::string& request, int status, const std::string& code) {
    answers(request, {.status = status,
                      .body = R"({"type":"about:blank","title":"No","status":)" + std::to_string(status) +
                              R"(,"detail":"it breaks a rule","code":")" + code + R"("})",
                      .content_type = "application/problem+json"});
}

std::vector<StubApi::Seen> StubApi::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

std::vector<std::string> StubApi::requests() const {
    std::vector<std::string> all;
    for (const auto& request : seen()) all.push_back(request.method + ' ' + request.target);
    return all;
}

std::string StubApi::last_body() const {
    const auto all = seen();
    return all.empty() ? std::string() : all.back().body;
}

}  // namespace cellwise::ctl::test
