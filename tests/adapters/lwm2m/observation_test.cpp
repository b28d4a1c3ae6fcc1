// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/observation.hpp"

#include "tests/adapters/lwm2m/lock_step.hpp"

#include <set>

namespace cellwise::lwm2m {
namespace {

using Log = std::vector<std::string>;

class ObservationTest : public LockStep {
 protected:
    bool is_observed() { return registrations->find(device)->observation.has_value(); }
};

TEST_F(ObservationTest, IsAskedForAfterTheRegisterIsAnswered) {
    register_device();
    EXPECT_EQ(transport.total(), 0U);  // the 2.01 leaves when on_request returns
    run();
    EXPECT_EQ(path_of(asked()), "/19/0/0");
    EXPECT_EQ(asked().code, code::kGet);
    EXPECT_EQ(asked().type, coap::Type::Con);
    EXPECT_EQ(asked().number_of(option::kObserve), 0U);
    EXPECT_EQ(asked().number_of(option::kAccept), format::kOctetStream);
    EXPECT_EQ(asked().token.length, 8);
    EXPECT_EQ(transport.sent(only()).to, peer(1000));
}

TEST_F(ObservationTest, BearsATokenThatNobodyCanGuess) {
    std::set<Bytes> tokens;
    for (int i = 1; i <= 5; ++i) {
        register_device({}, "node-" + std::to_string(i));
        run();
        const auto view = asked().token.view();
        tokens.emplace(view.begin(), view.end());
        answer(code::kContent);
    }
    EXPECT_EQ(tokens.size(), 5U);
}

TEST_F(ObservationTest, TellsTheCoreOnceTheDeviceHasConfirmed) {
    register_device();
    run();
    EXPECT_EQ(events.log, Log{});
    EXPECT_FALSE(is_observed());
    answer(code::kContent);
    EXPECT_EQ(events.log, Log{"heard 1"});
    EXPECT_TRUE(is_observed());
}

TEST_F(ObservationTest, IsConfirmedByAnySuccess) {
    for (const auto success : {code::kContent, code::kChanged, code::kCreated, code::kValid}) {
        register_device();
        run();
        answer(success);
        EXPECT_TRUE(is_observed()) << int{success};
    }
}

TEST_F(ObservationTest, TakesThePayloadOfTheConfirmationForData) {
    register_device();
    run();
    answer(code::kContent, {1, 2, 3}, format::kOctetStream);
    EXPECT_EQ(events.log, (Log{"heard 1", "data 1 010203"}));
}

TEST_F(ObservationTest, TriesQuicklyAtFirstAndThenPatiently) {
    register_device();
    run();
    const auto first = transport.sent(only());
    stay_silent();
    const auto second = transport.sent(only());
    EXPECT_LT(first.parameters.ack_timeout, 5s);
    EXPECT_GE(second.parameters.ack_timeout, 15s);
    EXPECT_EQ(first.message.token, second.message.token);
    answer(code::kContent);
    EXPECT_TRUE(is_observed());
}

TEST_F(ObservationTest, IsGivenUpUntilTheNextUplink) {
    const auto id = register_device();
    run();
    stay_silent();
    stay_silent();
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_EQ(server->counters().failed_observations, 1U);
    EXPECT_EQ(events.log, Log{});
    update(id);
    run();
    EXPECT_EQ(path_of(asked()), "/19/0/0");
    answer(code::kContent);
    EXPECT_EQ(events.log, Log{"heard 1"});
}

TEST_F(ObservationTest, IsGivenUpAtOnceWhenTheDeviceRefuses) {
    for (const auto refusal : {code::kNotFound, code::kMethodNotAllowed, code::kInternalError}) {
        const auto id = register_device();
        run();
        answer(refusal);
        EXPECT_TRUE(transport.under_way().empty());
        EXPECT_FALSE(is_observed());
        update(id);
        run();
        reset();
        EXPECT_TRUE(transport.under_way().empty());
    }
    EXPECT_EQ(server->counters().failed_observations, 6U);
    EXPECT_EQ(events.log, Log{});
}

TEST_F(ObservationTest, EndsWithTheWindowOfASleeper) {
    register_device({"b=UQ"});
    run();
    advance(59s);
    EXPECT_EQ(transport.under_way().size(), 1U);
    advance(1s);
    EXPECT_TRUE(transport.under_way().empty());
    advance(1h);
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_EQ(transport.total(), 1U);
}

TEST_F(ObservationTest, IsProvedByANotificationWhoseConfirmationWasLost) {
    register_device();
    run();
    const auto lost = asked().token;
    stay_silent();
    stay_silent();
    EXPECT_TRUE(notify(lost, {7}));
    EXPECT_EQ(events.log, Log{"data 1 07"});
    EXPECT_TRUE(is_observed());
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_TRUE(notify(lost, {8}));
}

TEST_F(ObservationTest, IsAskedForAnewAfterEveryRegister) {
    come_online();
    const auto before = token;
    register_device();
    run();
    EXPECT_EQ(path_of(asked()), "/19/0/0");
    EXPECT_NE(asked().token, before);
}

TEST_F(ObservationTest, IsAskedForOnceWhenTheRegisterIsRepeated) {
    register_device();
    run();
    const auto first = asked().token;
    register_device();  // the first 2.01 was lost
    run();
    EXPECT_EQ(transport.under_way().size(), 1U);
    EXPECT_EQ(asked().token, first);  // so that a late answer to the first request is still understood
    answer(code::kContent);
    EXPECT_EQ(events.log, Log{"heard 1"});
}

TEST_F(ObservationTest, LivesOnByTheOldTokenUntilTheNewOneIsConfirmed) {
    come_online();
    const auto before = token;
    register_device();
    run();
    EXPECT_TRUE(notify(before, {1}));
    answer(code::kContent);
    EXPECT_FALSE(notify(before, {2}));
}

TEST_F(ObservationTest, IsNotAskedForAtAnUpdateWhileItLives) {
    const auto id = come_online();
    update(id);
    run();
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_EQ(events.log, Log{"heard 1"});
}

TEST_F(ObservationTest, IsAskedForAnewAfterAnUpdateFromAnotherAddress) {
    const auto id = come_online();
    port = 2000;
    update(id);
    run();
    EXPECT_EQ(path_of(asked()), "/19/0/0");
    EXPECT_EQ(transport.sent(only()).to, peer(2000));
    EXPECT_EQ(events.log, Log{});
    answer(code::kContent);
    EXPECT_EQ(events.log, Log{"heard 1"});
}

TEST_F(ObservationTest, IsAskedForAnewAfterANotificationFromAnotherAddress) {
    come_online();
    port = 2000;
    EXPECT_TRUE(notify(token, {1}));
    EXPECT_EQ(events.log, Log{"data 1 01"});
    EXPECT_EQ(path_of(asked()), "/19/0/0");
    EXPECT_EQ(transport.sent(only()).to, peer(2000));
}

TEST_F(ObservationTest, FollowsTheDeviceToANewAddressWhileItIsAskedFor) {
    const auto id = register_device();
    run();
    const auto asked_first = asked().token;
    port = 2000;
    update(id);
    run();
    EXPECT_EQ(transport.under_way().size(), 1U);
    EXPECT_EQ(transport.sent(only()).to, peer(2000));
    EXPECT_EQ(asked().token, asked_first);
    answer(code::kContent);
    EXPECT_EQ(events.log, Log{"heard 1"});
}

TEST_F(ObservationTest, IsEndedByAnErrorAndAskedForAgain) {
    come_online();
    EXPECT_TRUE(notify(token, {}, code::kNotFound));
    EXPECT_EQ(server->counters().ended_observations, 1U);
    EXPECT_EQ(events.log, Log{});
    EXPECT_EQ(path_of(asked()), "/19/0/0");
    EXPECT_NE(asked().token, token);
    answer(code::kNotFound);
    EXPECT_TRUE(transport.under_way().empty());
    EXPECT_FALSE(notify(token, {1}));
}

TEST_F(ObservationTest, IsForgottenWithTheRegistration) {
    const auto id = come_online();
    say(request(code::kDelete, {"rd", id}, {}));
    run();
    EXPECT_FALSE(notify(token, {1}));
    EXPECT_TRUE(transport.under_way().empty());
}

TEST_F(ObservationTest, IsNotAskedForWhenTheDeviceLeftBeforeItsTurn) {
    const auto id = register_device();
    say(request(code::kDelete, {"rd", id}, {}));
    run();
    EXPECT_EQ(transport.total(), 0U);
}

}  // namespace
}  // namespace cellwise::lwm2m
