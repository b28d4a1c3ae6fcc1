// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/request_gate.hpp"

#include "tests/adapters/lwm2m/lock_step.hpp"

namespace cellwise::lwm2m {
namespace {

/// A gate of its own over the bench's registrations.
class RequestGateTest : public LockStep {
 protected:
    std::vector<RequestOutcome> outcomes;
    Later later{executor};
    std::unique_ptr<RequestGate> gate;

    void SetUp() override {
        LockStep::SetUp();
        gate = std::make_unique<RequestGate>(transport, *registrations, clock, later, 30s);
    }
    void register_as(domain::Binding binding) {
        registrations->on_register({.endpoint = "node-1", .address = peer(port), .binding = binding}).value();
    }
    RequestGate::Handle ask(OnSilence on_silence = OnSilence::CountAsDeaf) {
        return gate->request(
            device, {.code = code::kGet}, {}, on_silence,
            [this](const DeviceId&, RequestOutcome outcome, const coap::Message*) { outcomes.push_back(outcome); });
    }
};

TEST_F(RequestGateTest, EndsAsAsleepWithoutAWord) {
    ask();
    EXPECT_TRUE(outcomes.empty());
    run();
    EXPECT_EQ(outcomes, std::vector{RequestOutcome::Asleep});
    EXPECT_EQ(transport.total(), 0U);
}

TEST_F(RequestGateTest, SaysNothingAfterACancel) {
    gate->cancel(ask());  // asleep
    register_as(domain::Binding::Udp);
    gate->cancel(ask());
    const auto withdrawn = ask();
    gate->withdraw(device);
    gate->cancel(withdrawn);
    run();
    EXPECT_TRUE(outcomes.empty());
    EXPECT_EQ(gate->under_way(), 0U);
}

TEST_F(RequestGateTest, WithdrawsAtTheEndOfTheWindow) {
    register_as(domain::Binding::UdpQueue);
    ask();
    clock.advance(30s - 1ms);
    gate->tick();
    EXPECT_EQ(transport.under_way().size(), 1U);
    EXPECT_EQ(gate->next_deadline(), clock.now() + 1ms);
    clock.advance(1ms);
    gate->tick();
    EXPECT_TRUE(transport.under_way().empty());
    run();
    EXPECT_EQ(outcomes, std::vector{RequestOutcome::GaveUp});
    EXPECT_FALSE(gate->next_deadline());
}

TEST_F(RequestGateTest, NoticesThatADeviceBeganToSleep) {
    register_as(domain::Binding::Udp);
    ask();
    clock.advance(10s);
    const auto id = registrations->find(device)->id;
    registrations->on_update(id, {.address = peer(port), .binding = domain::Binding::UdpQueue}).value();
    clock.advance(30s);
    gate->tick();
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(RequestGateTest, TakesTheSilenceOfAQuickTryForNothing) {
    register_as(domain::Binding::Udp);
    ask(OnSilence::Ignore);
    stay_silent();
    EXPECT_TRUE(gate->is_awake(device));
    ask(OnSilence::CountAsDeaf);
    stay_silent();
    EXPECT_FALSE(gate->is_awake(device));
    EXPECT_EQ(outcomes, (std::vector{RequestOutcome::GaveUp, RequestOutcome::GaveUp}));
}

TEST_F(RequestGateTest, EndsTheOtherRequestsToDeafEars) {
    register_as(domain::Binding::Udp);
    ask();
    ask();
    transport.end(transport.under_way().front(), coap::RequestEnd::TimedOut, {});
    EXPECT_TRUE(transport.under_way().empty());
    run();
    EXPECT_EQ(outcomes, (std::vector{RequestOutcome::GaveUp, RequestOutcome::GaveUp}));
}

TEST_F(RequestGateTest, IsNoMoreDeafWhenHeard) {
    register_as(domain::Binding::Udp);
    ask();
    stay_silent();
    gate->on_heard(*registrations->find(device));
    EXPECT_TRUE(gate->is_awake(device));
}

TEST_F(RequestGateTest, RefreshesTheWindowByAnAnswer) {
    register_as(domain::Binding::UdpQueue);
    ask();
    clock.advance(20s);
    reset();
    EXPECT_EQ(outcomes, std::vector{RequestOutcome::Reset});
    clock.advance(20s);
    EXPECT_TRUE(gate->is_awake(device));
}

TEST_F(RequestGateTest, GivesUpWhatTheTransportHasNoRoomFor) {
    register_as(domain::Binding::Udp);
    ask();
    transport.end(only(), coap::RequestEnd::Cancelled, {});
    EXPECT_EQ(outcomes, std::vector{RequestOutcome::GaveUp});
    EXPECT_TRUE(gate->is_awake(device));
}

TEST_F(RequestGateTest, StopsForADeviceWhoseRegistrationRanOut) {
    registrations->on_register({.endpoint = "node-1", .address = peer(port), .lifetime = 10s}).value();
    ask();
    clock.advance(30s);
    gate->tick();
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(RequestGateTest, CopesWithAWindowOfNothing) {
    gate = std::make_unique<RequestGate>(transport, *registrations, clock, later, 0s);
    register_as(domain::Binding::Udp);
    ask();
    clock.advance(1s);
    gate->tick();
    EXPECT_EQ(transport.under_way().size(), 1U);
}

}  // namespace
}  // namespace cellwise::lwm2m
