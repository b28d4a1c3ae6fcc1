// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/udp_socket.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cstring>
#include <poll.h>

namespace cellwise::sim {
namespace {

sockaddr_in local_address(const UdpSocket& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    EXPECT_EQ(getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    return address;
}

ServerAddress address_of(const UdpSocket& socket) {
    return *ServerAddress::resolve("127.0.0.1", ntohs(local_address(socket).sin_port));
}

TEST(UdpSocket, SpeaksFromTheLoopbackAddressThatItWasGiven) {
    const auto server = *ServerAddress::resolve("127.0.0.1", 9);
    ASSERT_TRUE(server.is_ipv4_loopback());
    const auto socket = UdpSocket::open(server, 0x7F100203U);
    ASSERT_TRUE(socket);
    EXPECT_EQ(ntohl(local_address(*socket).sin_addr.s_addr), 0x7F100203U);
}

TEST(UdpSocket, GetsAnotherPortWhileTheOldOneIsOpen) {
    const auto server = *ServerAddress::resolve("127.0.0.1", 9);
    auto socket = *UdpSocket::open(server, 0x7F100203U);
    const auto before = local_address(socket).sin_port;
    socket = *UdpSocket::open(server, 0x7F100203U);
    EXPECT_NE(local_address(socket).sin_port, before);
}

TEST(UdpSocket, PassesOverThatNobodyListened) {
    std::optional<UdpSocket> gone = *UdpSocket::open(*ServerAddress::resolve("127.0.0.1", 9), 0x7F000001U);
    const auto address = address_of(*gone);
    gone.reset();
    const auto socket = *UdpSocket::open(address, std::nullopt);
    const Bytes datagram{1, 2, 3};
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(socket.send(datagram)) << "to nobody, again and again";
    pollfd waiting{.fd = socket.descriptor(), .events = POLLIN, .revents = 0};
    poll(&waiting, 1, 1'000);
    Bytes buffer(10);
    EXPECT_EQ(socket.receive(buffer), std::nullopt);
}

TEST(UdpSocket, SaysHowManyDevicesTheLimitAllows) {
    rlimit limit{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const auto server = *ServerAddress::resolve("127.0.0.1", 9);
    EXPECT_TRUE(make_room_for_sockets(100, server));
    if (limit.rlim_max == RLIM_INFINITY) GTEST_SKIP() << "no limit here";
    const auto refused = make_room_for_sockets(limit.rlim_max, server);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "sim.descriptors");
}

TEST(UdpSocket, RefusesMoreDevicesThanPortsAwayFromLoopback) {
    const auto server = *ServerAddress::resolve("192.0.2.1", 5683);
    EXPECT_FALSE(server.is_ipv4_loopback());
    const auto refused = make_room_for_sockets(65'536, server);
    ASSERT_FALSE(refused) << "nobody has so many ports";
}

}  // namespace
}  // namespace cellwise::sim
