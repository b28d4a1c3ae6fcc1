// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/udp_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <netdb.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace cellwise::sim {
namespace {

/// Standard streams, epoll, a report, and the second socket that a device has for a moment when it changes its port.
constexpr std::size_t kSpareDescriptors = 16;

Error unavailable(std::string code, std::string message, std::string value = {}) {
    return {ErrorKind::Unavailable, std::move(code), std::move(message), {}, std::move(value)};
}

Error socket_error(const char* what) {
    return unavailable("sim.socket.open",
                       std::string("cannot ") + what + " a UDP socket: " + std::generic_category().message(errno));
}

const sockaddr* as_sockaddr(ByteView bytes) { return reinterpret_cast<const sockaddr*>(bytes.data()); }

std::optional<std::size_t> ephemeral_ports() {
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    std::size_t first = 0;
    std::size_t last = 0;
    if (!(file >> first >> last) || last < first) return std::nullopt;
    return last - first + 1;
}

}  // namespace

Result<ServerAddress> ServerAddress::resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    const auto failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (failure != 0) {
        return not_found("sim.server.unresolved",
                         std::string("the server's name does not resolve: ") + gai_strerror(failure), host);
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> guard(found, &freeaddrinfo);
    ServerAddress address;
    address.size_ = found->ai_addrlen;
    std::memcpy(address.storage_.data(), found->ai_addr, found->ai_addrlen);
    return address;
}

bool ServerAddress::is_ipv4_loopback() const {
    if (as_sockaddr(bytes())->sa_family != AF_INET) return false;
    sockaddr_in v4{};
    std::memcpy(&v4, storage_.data(), sizeof v4);
    return (ntohl(v4.sin_addr.s_addr) >> 24U) == 127;
}

Result<UdpSocket> UdpSocket::open(const ServerAddress& server, std::optional<std::uint32_t> source) {
    const auto* to = as_sockaddr(server.bytes());
    UdpSocket socket(::socket(to->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.descriptor_ < 0) return socket_error("open");
    if (source) {
        sockaddr_in from{};
        from.sin_family = AF_INET;
        from.sin_addr.s_addr = htonl(*source);
        if (bind(socket.descriptor_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
            return socket_error("bind");
        }
    }
    if (connect(socket.descriptor_, to, static_cast<socklen_t>(server.bytes().size())) != 0) {
        return socket_error("connect");
    }
    return socket;
}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

UdpSocket::~UdpSocket() {
    if (descriptor_ >= 0) close(descriptor_);
}

bool UdpSocket::send(ByteView datagram) const {
    // The first call may only report that an earlier datagram found nobody listening, and send nothing.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (::send(descriptor_, datagram.data(), datagram.size(), 0) >= 0) return true;
        if (errno != ECONNREFUSED && errno != EINTR) return false;
    }
    return false;
}

std::optional<std::size_t> UdpSocket::receive(std::span<std::uint8_t> into) const {
    while (true) {
        const auto size = recv(descriptor_, into.data(), into.size(), 0);
        if (size >= 0) return static_cast<std::size_t>(size);
        if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
        if (errno != ECONNREFUSED && errno != EINTR && errno != EHOSTUNREACH && errno != ENETUNREACH) {
            return std::nullopt;
        }
    }
}

Status make_room_for_descriptors(std::size_t devices, std::size_t each) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return unavailable("sim.descriptors", "the limit of open files is not readable");
    const auto wanted = devices * each + kSpareDescriptors;
    if (wanted > limit.rlim_max) {
        return unavailable("sim.descriptors",
                           std::to_string(devices) + " devices need " + std::to_string(wanted) +
                               " open files, and the hard limit is " + std::to_string(limit.rlim_max) +
                               " (ulimit -Hn): simulate fewer devices, or share them out among several simulators "
                               "with --first-index");
    }
    if (wanted > limit.rlim_cur) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
            return unavailable("sim.descriptors",
                               "the limit of open files cannot be raised: " + std::generic_category().message(errno));
        }
    }
    return {};
}

Status make_room_for_sockets(std::size_t devices, const ServerAddress& server) {
    if (auto room = make_room_for_descriptors(devices, 1); !room) return room;
    const auto ports = ephemeral_ports();
    if (!server.is_ipv4_loopback() && ports && devices > *ports) {
        return unavailable("sim.ports", std::to_string(devices) + " devices need a port each, and the system has " +
                                            std::to_string(*ports) +
                                            " (net.ipv4.ip_local_port_range): simulate fewer devices, or widen it");
    }
    return {};
}

}  // namespace cellwise::sim
