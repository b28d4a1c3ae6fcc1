// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/command.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cellwise::domain {
namespace {

using namespace std::chrono_literals;
using enum CommandEvent;

/// A command and its hand-turned clock.
class Course {
 public:
    explicit Course(std::uint32_t max_retransmit = 0, Duration expire_time = 1h) {
        command.expire_time = expire_time;
        command.max_retransmit = max_retransmit;
        begin(command, now);
    }
    Timestamp now = from_unix_ms(1'700'000'000'000);
    Command command{};
    CommandStep last{};

    Course& tell(CommandEvent event, std::string_view result = {}) {
        last = step(command, event, now, result);
        command = last.command;
        return *this;
    }
    Course& after(Duration time) {
        now += time;
        return *this;
    }
    CommandState state() const { return command.state; }
};

TEST(CommandMachine, GoesFromPendingThroughSentToDelivered) {
    Course c;
    EXPECT_EQ(c.command.deadline, c.now + 1h);
    c.after(1s).tell(Released);
    EXPECT_EQ(c.state(), CommandState::Sent);
    EXPECT_TRUE(c.last.send);
    EXPECT_TRUE(c.last.tell);
    EXPECT_EQ(c.command.issued_times, 1U);
    EXPECT_EQ(c.command.issued_at, c.now);
    EXPECT_FALSE(c.command.settled_at);
    c.after(2s).tell(Confirmed);
    EXPECT_EQ(c.state(), CommandState::Delivered);
    EXPECT_FALSE(c.last.send);
    EXPECT_TRUE(c.last.tell);
    EXPECT_EQ(c.command.delivered_at, c.now);
    EXPECT_EQ(c.command.settled_at, c.now);
    EXPECT_EQ(c.command.deadline, std::nullopt) << "without an answer that is its end";
}

TEST(CommandMachine, TakesTheDevicesAnswerForItsEnd) {
    Course well;
    well.tell(Released).tell(Confirmed).after(1s).tell(AnsweredWell, R"({"a":1})");
    EXPECT_EQ(well.state(), CommandState::Successful);
    EXPECT_EQ(well.command.result, R"({"a":1})");
    EXPECT_EQ(well.command.settled_at, well.now);
    EXPECT_TRUE(well.last.tell);
    EXPECT_FALSE(well.tell(AnsweredBadly).last.handled) << "it has ended";
    EXPECT_EQ(well.state(), CommandState::Successful);

    Course badly;
    EXPECT_EQ(badly.tell(Released).tell(AnsweredBadly).state(), CommandState::Failed) << "before it was confirmed";
    EXPECT_EQ(badly.command.delivered_at, badly.now);
}

TEST(CommandMachine, IsNotSentTwiceWhenItMayHaveBeenHeard) {
    for (const auto doubt : {Unconfirmed, Recovered, DeadlinePassed}) {
        Course c;
        EXPECT_EQ(c.tell(Released).tell(doubt).state(), CommandState::Timeout) << to_string(doubt);
        EXPECT_TRUE(c.last.tell);
    }
}

TEST(CommandMachine, IsSentAgainAsOftenAsTheApplicationAllows) {
    Course c(2);
    for (int again = 0; again < 2; ++again) {
        EXPECT_EQ(c.tell(Released).tell(Unconfirmed).state(), CommandState::Pending);
        EXPECT_EQ(c.command.deadline, c.command.created_at + 1h);
        EXPECT_FALSE(c.last.tell);
    }
    EXPECT_EQ(c.tell(Released).tell(Unconfirmed).state(), CommandState::Timeout);
    EXPECT_EQ(c.command.issued_times, 3U);
}

TEST(CommandMachine, IsNotSentAgainWhenItsTimeIsOver) {
    Course c(2);
    EXPECT_EQ(c.tell(Released).after(1h).tell(Unconfirmed).state(), CommandState::Timeout);
}

TEST(CommandMachine, TakesALateAnswerInsteadOfSendingAgain) {
    Course c(3);
    EXPECT_EQ(c.tell(Released).tell(Unconfirmed).state(), CommandState::Pending);
    EXPECT_EQ(c.tell(AnsweredWell).state(), CommandState::Successful);
    Course unsent;
    EXPECT_FALSE(unsent.tell(AnsweredWell).last.handled) << "nobody answers what was never sent";
    EXPECT_EQ(unsent.state(), CommandState::Pending);
}

TEST(CommandMachine, WaitsAgainWhenItWasNotSent) {
    Course c;
    EXPECT_EQ(c.tell(Released).after(1s).tell(Unsent).state(), CommandState::Pending);
    EXPECT_EQ(c.command.issued_times, 0U) << "that costs no retransmission";
    EXPECT_EQ(c.command.deadline, c.command.created_at + 1h);
}

TEST(CommandMachine, ExpiresUnsent) {
    Course by_time;
    EXPECT_EQ(by_time.after(1h).tell(DeadlinePassed).state(), CommandState::Expired);
    EXPECT_TRUE(by_time.last.tell);
    Course by_turn;
    EXPECT_EQ(by_turn.after(1h).tell(Released).state(), CommandState::Expired) << "its turn comes too late";
    EXPECT_FALSE(by_turn.last.send);
}

TEST(CommandMachine, GivesACommandForAtOnceASecondToBeSent) {
    Course c(0, 0s);
    EXPECT_EQ(c.command.deadline, c.now + 1s);
    EXPECT_EQ(c.after(999ms).tell(Released).state(), CommandState::Sent);
}

TEST(CommandMachine, CancelsOnlyWhatIsPending) {
    Course c;
    EXPECT_EQ(c.tell(CancelRequested).state(), CommandState::Canceled);
    EXPECT_FALSE(c.last.tell) << "whoever wants to know did it";
    EXPECT_FALSE(Course().tell(Released).tell(CancelRequested).last.handled);
    EXPECT_FALSE(Course().tell(Released).tell(Confirmed).tell(CancelRequested).last.handled);
}

TEST(CommandMachine, FailsWhenTheTransportRefusesIt) {
    EXPECT_EQ(Course().tell(Released).tell(Refused).state(), CommandState::Failed);
}

TEST(CommandMachine, KeepsItsPromisesUnderAnyOrderOfEvents) {
    std::mt19937 random(1);
    for (int walk = 0; walk < 2'000; ++walk) {
        Course c(random() % 4);
        std::uint32_t sent = 0;
        bool ended = false;
        for (int i = 0; i < 30; ++i) {
            c.after(Duration{random() % 200'000}).tell(static_cast<CommandEvent>(random() % kCommandEvents));
            sent += c.last.send ? 1 : 0;
            EXPECT_EQ(c.last.send, c.last.handled && c.state() == CommandState::Sent);
            EXPECT_EQ(c.command.deadline.has_value(),
                      c.state() == CommandState::Pending || c.state() == CommandState::Sent);
            EXPECT_NE(c.command.deadline.has_value(), c.command.settled_at.has_value());
            EXPECT_FALSE(ended && c.last.handled) << "what has ended stays ended";
            ended = c.command.settled_at && c.state() != CommandState::Delivered;
        }
        EXPECT_GE(sent, c.command.issued_times);
        EXPECT_LE(c.command.issued_times, c.command.max_retransmit + 1);
    }
}

TEST(CommandState, IsStoredByTheWordsOfTheVendor) {
    for (const auto state : kCommandStates) EXPECT_EQ(parse_command_state(to_string(state)), state);
    EXPECT_EQ(to_string(CommandState::Canceled), "CANCELED");
    EXPECT_EQ(parse_command_state("pending"), std::nullopt);
}

TEST(CommandNumbers, GoRoundWithoutZero) {
    EXPECT_EQ(next_mid(0), 1);
    EXPECT_EQ(next_mid(41), 42);
    EXPECT_EQ(next_mid(0xFFFF), 1);
}

TEST(CommandBytes, AreNeverTakenForPcp) {
    const auto looks = [](const Bytes& bytes) { return looks_like_pcp(bytes); };
    EXPECT_TRUE(looks({0xFF, 0xFE}));
    EXPECT_TRUE(looks({0xFF, 0xFE, 0x01, 0x13, 0, 0, 0, 0}));
    EXPECT_FALSE(looks({0xFF}));
    EXPECT_FALSE(looks({0xFE, 0xFF}));
    EXPECT_FALSE(looks({'{'}));
}

}  // namespace
}  // namespace cellwise::domain
