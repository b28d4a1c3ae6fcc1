// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace cellwise::sim {

/// The platform's address, resolved once.
class ServerAddress {
 public:
    /// Errors: NotFound "sim.server.unresolved".
    static Result<ServerAddress> resolve(const std::string& host, std::uint16_t port);

    bool is_ipv4_loopback() const;
    ByteView bytes() const { return {storage_.data(), size_}; }  ///< a sockaddr

 private:
    std::array<std::uint8_t, 128> storage_{};
    std::size_t size_ = 0;
};

/// A connected, non-blocking UDP socket with a port of its own.
class UdpSocket {
 public:
    /// `source` is an IPv4 address to send from, in host order: on loopback every device has its own, so ports never
    /// run out. Errors: Unavailable "sim.socket.open" with the system's words.
    static Result<UdpSocket> open(const ServerAddress& server, std::optional<std::uint32_t> source);

    UdpSocket() = default;
    UdpSocket(UdpSocket&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
    UdpSocket& operator=(UdpSocket&& other) noexcept;
    ~UdpSocket();

    int descriptor() const { return descriptor_; }
    /// False when the system did not take it: for UDP the same as lost.
    bool send(ByteView datagram) const;
    /// Nothing: no more for now. What the network reports about earlier datagrams (nobody listens) is passed over.
    std::optional<std::size_t> receive(std::span<std::uint8_t> into) const;

 private:
    explicit UdpSocket(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

/// Makes room for so many open files a device, as far as the hard limit goes. Errors: Unavailable "sim.descriptors".
Status make_room_for_descriptors(std::size_t devices, std::size_t each);

/// Makes room for one socket a device, as far as the hard limit goes. Errors: Unavailable "sim.descriptors" and
/// "sim.ports", with the numbers and what to do.
Status make_room_for_sockets(std::size_t devices, const ServerAddress& server);

}  // namespace cellwise::sim
