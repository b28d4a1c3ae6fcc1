// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/udp_transport.hpp"

#include "tests/adapters/lwm2m/coap/loopback.hpp"

namespace cellwise::lwm2m::coap {
namespace {

using testing::SizeIs;

class CoapUdpTransport : public Loopback {
 protected:
    Message post(std::uint16_t id) const {
        Message request{.type = Type::Con, .code = code::kPost, .id = id, .token = token("aabb")};
        return request.add(option::kUriPath, "rd");
    }
};

TEST_F(CoapUdpTransport, AnswersADeviceAndItsDuplicateTheSame) {
    RawPeer device(loop);
    device.send(post(7), transport->local_port());
    const Bytes first = wait_bytes(device);
    device.send(post(7), transport->local_port());
    EXPECT_EQ(wait_bytes(device), first);
    EXPECT_THAT(requests, SizeIs(1));
    const UdpTransportCounters counters = transport->counters();
    EXPECT_EQ(counters.datagrams_in, 2U);
    EXPECT_EQ(counters.datagrams_out, 2U);
    EXPECT_EQ(counters.messages.duplicates, 1U);
    EXPECT_EQ(counters.messages.peers, 1U);
}

TEST_F(CoapUdpTransport, RepliesFromTheAddressThatWasAsked) {
    RawPeer device(loop);
    device.send(post(7), transport->local_port(), "127.0.0.77");
    wait_bytes(device);
    EXPECT_EQ(device.last_sender().address().to_string(), "127.0.0.77");
    request_to(peer(0x7F000001, device.port()), {.code = code::kGet});
    wait_bytes(device);
    EXPECT_EQ(device.last_sender().address().to_string(), "127.0.0.77");
}

TEST_F(CoapUdpTransport, CallsItsHookAfterTheAnswersOfABatchHaveGone) {
    RawPeer device(loop);
    std::vector<std::uint64_t> sent_at_hook;
    transport->set_after_batch([&] { sent_at_hook.push_back(transport->counters().datagrams_out); });
    for (std::uint16_t id = 0; id < 10; ++id) device.send(post(id), transport->local_port());
    ASSERT_TRUE(run_until([&] { return device.received.size() == 10; }));
    ASSERT_TRUE(run_until([&] { return !sent_at_hook.empty(); }));
    EXPECT_EQ(sent_at_hook.back(), 10U);
}

TEST_F(CoapUdpTransport, ServesMoreDatagramsThanABatchHolds) {
    RawPeer device(loop);
    for (std::uint16_t sent = 0; sent < 1'500;) {
        for (int i = 0; i < 150; ++i) device.send(post(sent++), transport->local_port());  // fits a default buffer
        ASSERT_TRUE(run_until([&] { return device.received.size() == sent; }));
    }
    EXPECT_THAT(requests, SizeIs(1'500));
}

TEST_F(CoapUdpTransport, RetransmitsByItsTimerUntilItGivesUp) {
    RawPeer deaf(loop);
    request_to(peer(0x7F000001, deaf.port()), {.code = code::kGet},
               {.ack_timeout = Duration{20}, .ack_random_factor = 1.0, .max_retransmit = 2});
    ASSERT_TRUE(run_until([&] { return !ended.empty(); }));
    EXPECT_EQ(ended[0].end, RequestEnd::TimedOut);
    ASSERT_THAT(deaf.received, SizeIs(3));
    EXPECT_EQ(deaf.received[0], deaf.received[1]);
    EXPECT_EQ(deaf.received[0], deaf.received[2]);
    EXPECT_EQ(transport->counters().messages.retransmissions, 2U);
}

TEST_F(CoapUdpTransport, TakesAnEarlierDeadlineThanTheOneItWaitsFor) {
    RawPeer slow(loop), fast(loop);
    request_to(peer(0x7F000001, slow.port()), {.code = code::kGet}, {.ack_timeout = Duration{3'600'000}});
    wait_bytes(slow);
    request_to(peer(0x7F000001, fast.port()), {.code = code::kGet},
               {.ack_timeout = Duration{10}, .max_retransmit = 0});
    ASSERT_TRUE(run_until([&] { return !ended.empty(); }));
    EXPECT_EQ(ended[0].end, RequestEnd::TimedOut);
    EXPECT_EQ(ended[0].from.port, fast.port());
}

TEST_F(CoapUdpTransport, TellsACancellationAfterTheCallThatMadeIt) {
    RawPeer device(loop);
    const RequestHandle handle = request_to(peer(0x7F000001, device.port()), {.code = code::kGet});
    wait_bytes(device);
    transport->cancel(handle);
    EXPECT_THAT(ended, SizeIs(0));
    ASSERT_TRUE(run_until([&] { return !ended.empty(); }));
    EXPECT_EQ(ended[0].end, RequestEnd::Cancelled);
}

TEST_F(CoapUdpTransport, HastensARequest) {
    RawPeer device(loop);
    const RequestHandle handle = request_to(peer(0x7F000001, device.port()), {.code = code::kGet});
    const Bytes first = wait_bytes(device);
    transport->hasten(handle);
    EXPECT_EQ(wait_bytes(device), first);
}

TEST_F(CoapUdpTransport, MayBeDestroyedWithRequestsUnderWay) {
    RawPeer device(loop);
    request_to(peer(0x7F000001, device.port()), {.code = code::kGet});
    transport.reset();
    loop.poll();
    EXPECT_THAT(ended, SizeIs(0));
}

TEST_F(CoapUdpTransport, SaysWhyItCannotOpen) {
    const auto taken =
        UdpTransport::open(loop, {.address = "0.0.0.0", .port = transport->local_port()}, random, clock);
    ASSERT_TRUE(taken.has_error());
    EXPECT_EQ(taken.error().kind, ErrorKind::Unavailable);
    EXPECT_TRUE(UdpTransport::open(loop, {.address = "nowhere"}, random, clock).has_error());
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
