// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/udp_socket.hpp"

#include "tests/adapters/lwm2m/coap/conversation.hpp"

#include <cerrno>
#include <poll.h>

namespace cellwise::lwm2m::coap {
namespace {

using testing::SizeIs;

constexpr unsigned kLoopback = 0x7F000001;

UdpSocket open(const std::string& address) {
    Result<UdpSocket> socket = UdpSocket::open(address, 0);
    EXPECT_TRUE(socket.has_value()) << (socket.has_error() ? socket.error().message : "");
    return std::move(socket.value());
}

DatagramSender sender_of(const UdpSocket& socket) {
    const int descriptor = socket.descriptor();
    return {socket.family(), [descriptor](mmsghdr* messages, unsigned count) {
                return ::sendmmsg(descriptor, messages, count, MSG_DONTWAIT);
            }};
}

/// Waits at most 5 s for the socket to have something.
std::vector<ReceivedDatagram> take(DatagramReceiver& receiver, const UdpSocket& socket,
                                   std::size_t* taken = nullptr) {
    pollfd wait{.fd = socket.descriptor(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&wait, 1, 5'000), 1) << "nothing came within 5 s";
    std::size_t count = 0;
    const auto got = receiver.receive(socket.descriptor(), taken == nullptr ? count : *taken);
    return {got.begin(), got.end()};
}

TEST(CoapUdpSocket, OpensOnAPortThatTheSystemChooses) {
    const UdpSocket one = open("127.0.0.1"), other = open("127.0.0.1");
    EXPECT_NE(one.port(), 0);
    EXPECT_NE(one.port(), other.port());
    EXPECT_FALSE(one.is_wildcard());
    EXPECT_EQ(one.family(), AddressFamily::Ipv4);
    EXPECT_TRUE(open("0.0.0.0").is_wildcard());
    EXPECT_TRUE(open("").is_wildcard());
}

TEST(CoapUdpSocket, SaysWhatIsWrongWithAnAddress) {
    for (const char* wrong : {"localhost", "1.2.3", "::g", "127.0.0.1:5683"}) {
        const Result<UdpSocket> socket = UdpSocket::open(wrong, 0);
        ASSERT_TRUE(socket.has_error()) << wrong;
        EXPECT_EQ(socket.error().kind, ErrorKind::InvalidInput);
        EXPECT_EQ(socket.error().value, wrong);
    }
}

TEST(CoapUdpSocket, SaysThatAPortIsTaken) {
    const UdpSocket first = open("127.0.0.1");
    const Result<UdpSocket> second = UdpSocket::open("127.0.0.1", first.port());
    ASSERT_TRUE(second.has_error());
    EXPECT_EQ(second.error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(second.error().value, "127.0.0.1:" + std::to_string(first.port()));
}

TEST(CoapUdpSocket, TellsWhoSentAndToWhichAddressOfOurs) {
    for (const char* wildcard : {"0.0.0.0", "::"}) {
        const UdpSocket server = open(wildcard), client = open("127.0.0.1");
        DatagramSender out = sender_of(client);
        out.add({.peer = peer(0x7F000005, server.port())}, bytes("hello"));
        EXPECT_TRUE(out.flush());
        DatagramReceiver receiver;
        const auto got = take(receiver, server);
        ASSERT_THAT(got, SizeIs(1)) << wildcard;
        EXPECT_EQ(got[0].from.peer, peer(kLoopback, client.port()));
        EXPECT_EQ(got[0].from.local, peer(0x7F000005).ip);
        EXPECT_EQ(as_text(got[0].datagram), "hello");
    }
}

TEST(CoapUdpSocket, SendsFromTheAddressItIsTold) {
    for (const char* wildcard : {"0.0.0.0", "::"}) {
        const UdpSocket server = open(wildcard), client = open("127.0.0.1");
        DatagramSender out = sender_of(server);
        out.add({.peer = peer(kLoopback, client.port()), .local = peer(0x7F000009).ip}, bytes("hello"));
        out.add({.peer = peer(kLoopback, client.port())}, bytes("any"));
        EXPECT_TRUE(out.flush());
        DatagramReceiver receiver;
        const auto got = take(receiver, client);
        ASSERT_THAT(got, SizeIs(2)) << wildcard;
        EXPECT_EQ(got[0].from.peer, peer(0x7F000009, server.port()));
        EXPECT_EQ(got[1].from.peer, peer(kLoopback, server.port()));
    }
}

TEST(CoapUdpSocket, SpeaksIpv6WhereThereIsSome) {
    const Result<UdpSocket> client = UdpSocket::open("::1", 0);
    if (client.has_error()) GTEST_SKIP() << "no IPv6 loopback here";
    const UdpSocket server = open("::");
    DatagramSender out = sender_of(*client);
    PeerAddress target{.port = server.port()};
    target.ip[15] = 1;
    out.add({.peer = target}, bytes("six"));
    EXPECT_TRUE(out.flush());
    DatagramReceiver receiver;
    const auto got = take(receiver, server);
    ASSERT_THAT(got, SizeIs(1));
    EXPECT_EQ(got[0].from.peer.ip, target.ip);
    EXPECT_EQ(got[0].from.local, target.ip);
}

TEST(CoapUdpSocket, DropsDatagramsThatAreTooLarge) {
    const UdpSocket server = open("127.0.0.1"), client = open("127.0.0.1");
    DatagramSender out = sender_of(client);
    const Route to{.peer = peer(kLoopback, server.port())};
    out.add(to, Bytes(DatagramReceiver::kMaxSize + 1));
    out.add(to, Bytes(DatagramReceiver::kMaxSize));
    EXPECT_TRUE(out.flush());
    DatagramReceiver receiver;
    std::size_t taken = 0;
    const auto got = take(receiver, server, &taken);
    EXPECT_EQ(taken, 2U);
    ASSERT_THAT(got, SizeIs(1));
    EXPECT_THAT(got[0].datagram, SizeIs(DatagramReceiver::kMaxSize));
}

/// Stands for the system: takes so many datagrams, then has enough.
class CoapDatagramSender : public testing::Test {
 protected:
    int send(mmsghdr* messages, unsigned count) {
        if (failures > 0) {
            --failures;
            errno = failure;
            return -1;
        }
        const unsigned taking = std::min(count, room);
        if (taking == 0) {
            errno = EAGAIN;
            return -1;
        }
        for (unsigned i = 0; i < taking; ++i) {
            const iovec& piece = *messages[i].msg_hdr.msg_iov;
            sent.emplace_back(static_cast<const char*>(piece.iov_base), piece.iov_len);
        }
        room -= taking;
        return static_cast<int>(taking);
    }
    void add(int from, int to) {
        for (int i = from; i < to; ++i) sender.add({.peer = peer(1)}, bytes(std::to_string(i)));
    }

    unsigned room = 1'000'000;
    int failures = 0, failure = 0;
    std::vector<std::string> sent{};
    DatagramSender sender{AddressFamily::Ipv4,
                          [this](mmsghdr* messages, unsigned count) { return send(messages, count); }};
};

TEST_F(CoapDatagramSender, SendsAFullBatchByItself) {
    add(0, DatagramSender::kBatch - 1);
    EXPECT_THAT(sent, SizeIs(0));
    add(0, 1);
    EXPECT_THAT(sent, SizeIs(DatagramSender::kBatch));
}

TEST_F(CoapDatagramSender, KeepsWhatTheSystemDoesNotTakeAndTheOrder) {
    room = 100;
    add(0, 300);
    EXPECT_FALSE(sender.flush());
    EXPECT_THAT(sent, SizeIs(100));
    room = 50;
    EXPECT_FALSE(sender.flush());
    add(300, 310);
    room = 1'000;
    EXPECT_TRUE(sender.flush());
    ASSERT_THAT(sent, SizeIs(310));
    for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(sent[i], std::to_string(i));
    EXPECT_EQ(sender.sent(), 310U);
    EXPECT_EQ(sender.lost(), 0U);
}

TEST_F(CoapDatagramSender, LosesWhatComesWhenTooManyWait) {
    room = 0;
    add(0, DatagramSender::kMostWaiting + 10);
    EXPECT_EQ(sender.waiting(), DatagramSender::kMostWaiting);
    EXPECT_EQ(sender.lost(), 10U);
    room = 1'000'000;
    EXPECT_TRUE(sender.flush());
    EXPECT_THAT(sent, SizeIs(DatagramSender::kMostWaiting));
}

TEST_F(CoapDatagramSender, LosesOnlyTheDatagramThatCannotBeSent) {
    failures = 1;
    failure = ENETUNREACH;
    add(0, 5);
    EXPECT_TRUE(sender.flush());
    EXPECT_THAT(sent, testing::ElementsAre("1", "2", "3", "4"));
    EXPECT_EQ(sender.lost(), 1U);
}

TEST_F(CoapDatagramSender, TriesAgainWhenInterrupted) {
    failures = 2;
    failure = EINTR;
    add(0, 1);
    EXPECT_TRUE(sender.flush());
    EXPECT_THAT(sent, SizeIs(1));
}

TEST_F(CoapDatagramSender, CannotReachIpv6ByIpv4) {
    sender.add({.peer = {.ip = {0x20, 0x01}, .port = 1}}, bytes("x"));
    EXPECT_TRUE(sender.flush());
    EXPECT_THAT(sent, SizeIs(0));
    EXPECT_EQ(sender.lost(), 1U);
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
