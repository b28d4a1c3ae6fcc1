// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/mqtt_devices.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace cellwise::bench {
namespace {

constexpr std::uint64_t kFewAtOnce = 200;  // logins under way: the broker asks about one after the other
constexpr auto kPatience = std::chrono::seconds(60);

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));
    std::exit(2);
}

std::string text(const std::string& value) {
    return std::string{static_cast<char>(value.size() >> 8U), static_cast<char>(value.size())} + value;
}

/// MQTT 3.1.1, a clean session, and a keepalive that no run of the bench outlives.
std::string connect_packet(const std::string& name) {
    constexpr char kUserPasswordClean = static_cast<char>(0xC2);
    constexpr int kKeepalive = 1'200;
    const std::string body = text("MQTT") + std::string{'\x04', kUserPasswordClean} +
                             std::string{static_cast<char>(kKeepalive >> 8), static_cast<char>(kKeepalive & 0xFF)} +
                             text(name + "_0_0_2025010100") + text(name) + text("good");
    return std::string{'\x10', static_cast<char>(body.size())} + body;
}

}  // namespace

MqttDevices::MqttDevices(std::uint16_t port, int count) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    received_.resize(static_cast<std::size_t>(count));
    sockets_.resize(static_cast<std::size_t>(count), -1);
    thread_ = std::thread([this] { serve(); });
    const auto until = std::chrono::steady_clock::now() + kPatience;
    const auto wait_for = [&](std::uint64_t accepted) {
        while (accepted_ < accepted) {
            if (std::chrono::steady_clock::now() > until) give_up("not all devices are let in");
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    };
    for (int device = 0; device < count; ++device) {
        const auto before = static_cast<std::uint64_t>(device);
        if (before > kFewAtOnce) wait_for(before - kFewAtOnce);
        log_in(port, device);
    }
    wait_for(static_cast<std::uint64_t>(count));
}

MqttDevices::~MqttDevices() {
    stops_ = true;
    thread_.join();
    for (const auto socket : sockets_) ::close(socket);
    ::close(epoll_);
}

void MqttDevices::log_in(std::uint16_t port, int device) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in broker{};
    broker.sin_family = AF_INET;
    broker.sin_port = htons(port);
    broker.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket < 0 || ::connect(socket, reinterpret_cast<const sockaddr*>(&broker), sizeof broker) != 0) {
        give_up("a device cannot connect (raise the limit of open files?)");
    }
    const auto packet = connect_packet(name_of(device));
    if (::send(socket, packet.data(), packet.size(), MSG_NOSIGNAL) < 0) give_up("a device cannot log in");
    sockets_[static_cast<std::size_t>(device)] = socket;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(device);
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
}

void MqttDevices::serve() {
    std::array<epoll_event, 256> events{};
    while (!stops_) {
        const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
        for (int i = 0; i < count; ++i) read(static_cast<int>(events[static_cast<std::size_t>(i)].data.u32));
    }
}

void MqttDevices::read(int device) {
    const int socket = sockets_[static_cast<std::size_t>(device)];
    auto& bytes = received_[static_cast<std::size_t>(device)];
    std::array<char, 4096> piece{};
    const auto count = ::recv(socket, piece.data(), piece.size(), 0);
    if (count <= 0) give_up("the broker has dropped " + name_of(device));
    bytes.append(piece.data(), static_cast<std::size_t>(count));
    std::size_t at = 0;
    while (const auto size = take(socket, bytes, at)) at += size;
    bytes.erase(0, at);
}

std::size_t MqttDevices::take(int socket, const std::string& bytes, std::size_t at) {
    std::size_t size = 0;
    std::size_t head = at + 1;
    for (unsigned shift = 0;; shift += 7) {
        if (head >= bytes.size()) return 0;
        const auto byte = static_cast<unsigned char>(bytes[head++]);
        size |= static_cast<std::size_t>(byte & 0x7FU) << shift;
        if (byte < 0x80U) break;
    }
    if (bytes.size() < head + size) return 0;
    const auto kind = static_cast<unsigned char>(bytes[at]) & 0xF0U;
    if (kind == 0x20U) {
        if (bytes[head + 1] != 0) give_up("the broker refuses a device");
        ++accepted_;
    } else if (kind == 0x30U) {
        const auto topic = (static_cast<std::size_t>(static_cast<unsigned char>(bytes[head])) << 8U) |
                           static_cast<unsigned char>(bytes[head + 1]);
        const std::array<char, 4> confirmation{'\x40', '\x02', bytes[head + 2 + topic], bytes[head + 3 + topic]};
        if (::send(socket, confirmation.data(), confirmation.size(), MSG_NOSIGNAL) < 0) give_up("a device is lost");
        ++messages_;
    }
    return head + size - at;
}

}  // namespace cellwise::bench
