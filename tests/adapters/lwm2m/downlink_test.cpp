// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/downlink.hpp"

#include "tests/adapters/lwm2m/lock_step.hpp"

namespace cellwise::lwm2m {
namespace {

using ports::DeliveryOutcome;

class DownlinkTest : public LockStep {
 protected:
    std::vector<std::pair<std::string, DeliveryOutcome>> outcomes;

    void send(const Bytes& payload, std::string name = "") {
        server->downlink().send(device, payload, [this, name = std::move(name)](DeliveryOutcome outcome) {
            outcomes.emplace_back(name, outcome);
        });
    }
    static Bytes chunk_reply(std::uint8_t index) {
        return {0xFF, 0xFE, 0x01, 0x15, 0xAA, 0xBB, 0, 4, 0, 0, index, 0x55};
    }
    /// The only outcome so far, which is forgotten.
    DeliveryOutcome outcome() {
        EXPECT_EQ(outcomes.size(), 1U);
        const auto one = outcomes.empty() ? DeliveryOutcome::Cancelled : outcomes.front().second;
        outcomes.clear();
        return one;
    }
    bool is_awake() { return server->downlink().is_awake(device); }
};

TEST_F(DownlinkTest, PutsTheBytesToTheDevice) {
    come_online();
    send({1, 2, 3});
    EXPECT_EQ(asked().code, code::kPut);
    EXPECT_EQ(asked().type, coap::Type::Con);
    EXPECT_EQ(path_of(asked()), "/19/1/0");
    EXPECT_EQ(asked().number_of(option::kContentFormat), format::kOctetStream);
    EXPECT_EQ(asked().payload, (Bytes{1, 2, 3}));
    EXPECT_EQ(transport.sent(only()).to, peer(1000));
    EXPECT_EQ(transport.sent(only()).parameters.ack_timeout, 15s);
}

TEST_F(DownlinkTest, TellsWhatBecameOfIt) {
    come_online();
    send({1});
    answer(code::kChanged);
    EXPECT_EQ(outcome(), DeliveryOutcome::Delivered);
    send({1});
    answer(code::kNotFound);
    EXPECT_EQ(outcome(), DeliveryOutcome::Refused);
    send({1});
    reset();
    EXPECT_EQ(outcome(), DeliveryOutcome::Refused);
    send({1});
    stay_silent();
    EXPECT_EQ(outcome(), DeliveryOutcome::GaveUp);
}

TEST_F(DownlinkTest, NeverTellsInsideTheCall) {
    send({1});
    EXPECT_TRUE(outcomes.empty());
    run();
    EXPECT_EQ(outcome(), DeliveryOutcome::Asleep);
    come_online();
    send({1});
    server->downlink().cancel(device);
    EXPECT_TRUE(outcomes.empty());
    run();
    EXPECT_EQ(outcome(), DeliveryOutcome::Cancelled);
}

TEST_F(DownlinkTest, KeepsTheOrder) {
    come_online();
    send({1}, "first");
    send({2}, "second");
    send({3}, "third");
    EXPECT_EQ(asked().payload, Bytes{1});
    answer(code::kChanged);
    EXPECT_EQ(asked().payload, Bytes{2});
    answer(code::kBadRequest);
    EXPECT_EQ(asked().payload, Bytes{3});
    answer(code::kChanged);
    EXPECT_EQ(outcomes, (decltype(outcomes){{"first", DeliveryOutcome::Delivered},
                                            {"second", DeliveryOutcome::Refused},
                                            {"third", DeliveryOutcome::Delivered}}));
}

TEST_F(DownlinkTest, SendsAgainAtOnceWhatIsOnItsWay) {
    come_online();
    send({1});
    send({1});
    send({1});
    EXPECT_EQ(transport.sent(only()).times, 3);
    answer(code::kChanged);
    EXPECT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes.back().second, DeliveryOutcome::Delivered);
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(DownlinkTest, SendsOnceWhatIsQueuedTwiceAndHurriesWhatStandsBeforeIt) {
    come_online();
    send({1});
    send({2});
    send({2});
    EXPECT_EQ(transport.sent(only()).times, 2);
    answer(code::kChanged);
    EXPECT_EQ(asked().payload, Bytes{2});
    answer(code::kChanged);
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_EQ(outcomes.size(), 3U);
}

TEST_F(DownlinkTest, ReplacesAChunkByTheNextOneAskedFor) {
    come_online();
    send(chunk_reply(4), "4");
    send(chunk_reply(5), "5");
    EXPECT_EQ(asked().payload, chunk_reply(5));
    run();
    EXPECT_EQ(outcomes, (decltype(outcomes){{"4", DeliveryOutcome::Cancelled}}));
    answer(code::kChanged);
    EXPECT_EQ(outcomes.back(), std::pair(std::string("5"), DeliveryOutcome::Delivered));
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(DownlinkTest, ReplacesAChunkThatIsStillQueued) {
    come_online();
    send({1});
    send(chunk_reply(4), "4");
    send({2});
    send(chunk_reply(5), "5");
    run();
    EXPECT_EQ(outcomes, (decltype(outcomes){{"4", DeliveryOutcome::Cancelled}}));
    answer(code::kChanged);
    EXPECT_EQ(asked().payload, chunk_reply(5));
    answer(code::kChanged);
    EXPECT_EQ(asked().payload, Bytes{2});
}

TEST_F(DownlinkTest, ReplacesNothingButChunks) {
    come_online();
    send(chunk_reply(4), "4");
    send({0xFF, 0xFE, 0x01, 0x16, 0, 0, 0, 1, 0}, "22");
    EXPECT_EQ(asked().payload, chunk_reply(4));
    send(chunk_reply(4), "4");
    EXPECT_EQ(transport.sent(only()).times, 2);
}

TEST_F(DownlinkTest, BoundsWhatIsQueued) {
    come_online();
    for (std::uint8_t n = 0; n <= LaneDownlink::kMaxQueued; ++n) send({n});
    run();
    EXPECT_TRUE(outcomes.empty());
    send({99});
    run();
    EXPECT_EQ(outcome(), DeliveryOutcome::Cancelled);
    for (std::size_t n = 0; n <= LaneDownlink::kMaxQueued; ++n) answer(code::kChanged);
    EXPECT_EQ(outcomes.size(), LaneDownlink::kMaxQueued + 1);
}

TEST_F(DownlinkTest, BoundsTheRepeatsOfOneMessage) {
    come_online();
    for (int n = 0; n < 1'000; ++n) send({1});
    run();
    EXPECT_EQ(outcomes.size(), 1'000 - LaneDownlink::kMaxOutcomes);
    answer(code::kChanged);
    EXPECT_EQ(outcomes.size(), 1'000U);
}

TEST_F(DownlinkTest, CancelsAllThatIsNotConfirmed) {
    come_online();
    send({1});
    send({2});
    server->downlink().cancel(device);
    EXPECT_TRUE(transport.under_way().empty());
    run();
    EXPECT_EQ(outcomes.size(), 2U);
    for (const auto& [name, end] : outcomes) EXPECT_EQ(end, DeliveryOutcome::Cancelled);
    send({3});
    EXPECT_EQ(asked().payload, Bytes{3});
}

TEST_F(DownlinkTest, IsNotConfusedByTheEndOfWhatWasCancelled) {
    send({1});  // to a sleeper: its end is posted
    come_online();
    outcomes.clear();
    send({2});
    advance(0s);
    server->downlink().cancel(device);
    send({3}, "third");
    run();
    EXPECT_EQ(asked().payload, Bytes{3});
    answer(code::kChanged);
    EXPECT_EQ(outcomes.back(), std::pair(std::string("third"), DeliveryOutcome::Delivered));
}

TEST_F(DownlinkTest, SendsNothingToADeviceThatIsNotRegistered) {
    send({1});
    run();
    EXPECT_EQ(transport.total(), 0U);
    EXPECT_EQ(outcome(), DeliveryOutcome::Asleep);
    EXPECT_FALSE(is_awake());
}

TEST_F(DownlinkTest, SendsNothingPastTheLifetime) {
    come_online();
    advance(2h);
    EXPECT_FALSE(is_awake());
    const auto before = transport.total();
    send({1});
    run();
    EXPECT_EQ(outcome(), DeliveryOutcome::Asleep);
    EXPECT_EQ(transport.total(), before);
}

TEST_F(DownlinkTest, ReachesADeviceThatNeverSleepsAtAnyTime) {
    come_online({"b=U"});
    advance(50min);
    EXPECT_TRUE(is_awake());
    send({1});
    EXPECT_EQ(transport.under_way().size(), 1U);
    advance(5min);
    EXPECT_EQ(transport.under_way().size(), 1U);
    answer(code::kChanged);
    EXPECT_EQ(outcome(), DeliveryOutcome::Delivered);
}

TEST_F(DownlinkTest, ReachesASleeperOnlyWithinItsWindow) {
    const auto id = come_online({"b=UQ"});
    advance(59s);
    EXPECT_TRUE(is_awake());
    advance(1s);
    EXPECT_FALSE(is_awake());
    const auto before = transport.total();
    send({1});
    run();
    EXPECT_EQ(outcome(), DeliveryOutcome::Asleep);
    EXPECT_EQ(transport.total(), before);
    update(id);
    EXPECT_TRUE(is_awake());
}

TEST_F(DownlinkTest, StopsRetransmittingWhenTheWindowEnds) {
    come_online({"b=UQ"});
    send({1}, "sent");
    send({2}, "queued");
    advance(60s);
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_EQ(outcomes, (decltype(outcomes){{"sent", DeliveryOutcome::GaveUp}, {"queued", DeliveryOutcome::Asleep}}));
}

TEST_F(DownlinkTest, GoesOnWhileTheDeviceSpeaks) {
    come_online({"b=UQ"});
    send({1});
    for (int i = 0; i < 5; ++i) {
        advance(50s);
        EXPECT_EQ(transport.under_way().size(), 1U);
        notify(token, {7});
    }
    advance(60s);
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(DownlinkTest, DoesNotHurryWhatASleeperWillNotHear) {
    come_online({"b=UQ"});
    send({1});
    clock.advance(61s);  // the window is over, but tick() has not come yet
    send({1});
    EXPECT_EQ(transport.sent(only()).times, 1);
}

TEST_F(DownlinkTest, CountsADeafDeviceAsAsleepUntilItIsHeard) {
    const auto id = come_online({"b=U"});
    send({1}, "sent");
    send({2}, "queued");
    stay_silent();
    EXPECT_EQ(outcomes, (decltype(outcomes){{"sent", DeliveryOutcome::GaveUp}, {"queued", DeliveryOutcome::Asleep}}));
    EXPECT_FALSE(is_awake());
    update(id);
    EXPECT_TRUE(is_awake());
    run();
    outcomes.clear();
    send({3});
    EXPECT_EQ(asked().payload, Bytes{3});
}

TEST_F(DownlinkTest, FollowsTheDeviceToItsNewAddress) {
    come_online();
    send({1});
    port = 2000;
    clock.advance(1s);
    transport.user().on_notification(peer(2000), {.code = code::kContent, .token = token, .payload = {7}});
    EXPECT_EQ(transport.sent(only()).to, peer(2000));
    EXPECT_EQ(asked().payload, Bytes{1});
    transport.run();
    EXPECT_TRUE(outcomes.empty());
    answer(code::kChanged);
    EXPECT_EQ(outcome(), DeliveryOutcome::Delivered);
}

TEST_F(DownlinkTest, LearnsTheNewAddressFromAnAnswer) {
    come_online();
    send({1});
    port = 2000;
    answer(code::kChanged);
    send({2});
    EXPECT_EQ(transport.sent(only()).to, peer(2000));
}

TEST_F(DownlinkTest, EndsWhatWasUnderWayWhenTheDeviceBeginsANewLife) {
    come_online();
    send({1}, "sent");
    send({2}, "queued");
    register_device();
    run();
    EXPECT_EQ(outcomes, (decltype(outcomes){{"sent", DeliveryOutcome::GaveUp}, {"queued", DeliveryOutcome::Asleep}}));
    EXPECT_EQ(path_of(asked()), "/19/0/0");
    EXPECT_TRUE(is_awake());
}

TEST_F(DownlinkTest, EndsWhatWasUnderWayWhenTheDeviceLeaves) {
    const auto id = come_online();
    send({1});
    say(request(code::kDelete, {"rd", id}, {}));
    run();
    EXPECT_EQ(outcome(), DeliveryOutcome::GaveUp);
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_FALSE(is_awake());
}

TEST_F(DownlinkTest, MaySendFromWithinAnOutcome) {
    come_online();
    server->downlink().send(device, {1}, [this](DeliveryOutcome) { send({2}); });
    answer(code::kChanged);
    EXPECT_EQ(asked().payload, Bytes{2});
    server->downlink().cancel(device);
    run();
}

TEST_F(DownlinkTest, KeepsDevicesApart) {
    come_online();
    register_device({}, "node-2");
    run();
    answer(code::kContent);
    send({1});
    server->downlink().send(id_of(2), {1}, {});
    EXPECT_EQ(transport.under_way().size(), 2U);
}

}  // namespace
}  // namespace cellwise::lwm2m
