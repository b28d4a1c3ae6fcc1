// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/send_window.hpp"

#include <gtest/gtest.h>

namespace cellwise::mqtt {
namespace {

using ports::DeliveryOutcome;

class Window : public testing::Test {
 protected:
    bool push(const std::string& name) {
        SendWindow::Outcome outcome = [this, name](DeliveryOutcome what) {
            told_.push_back(name + (what == DeliveryOutcome::Delivered ? "+"
                                    : what == DeliveryOutcome::GaveUp  ? "-"
                                                                       : "z"));
        };
        return window_.push("t/" + name, name, outcome, now_);
    }
    std::string take() {
        std::string names;
        for (const auto& message : window_.take()) {
            names += message.payload;
            last_ = message.number;
        }
        return names;
    }
    static void tell(const SendWindow::Settled& settled) {
        for (const auto& [outcome, what] : settled) outcome(what);
    }

    Timestamp now_ = from_unix_ms(0);
    std::uint64_t last_ = 0;
    std::vector<std::string> told_{};
    SendWindow window_{{.in_flight = 2, .waiting = 3, .deadline = Duration{100}}};
};
using SendWindowTest = Window;

TEST_F(SendWindowTest, GivesOutNoMoreThanMayBeInFlightAndInOrder) {
    for (const auto* name : {"a", "b", "c"}) EXPECT_TRUE(push(name));
    EXPECT_EQ(take(), "ab");
    EXPECT_EQ(take(), "");
    tell(window_.settle(last_, DeliveryOutcome::Delivered));
    EXPECT_EQ(told_, std::vector<std::string>{"b+"});
    EXPECT_EQ(take(), "c");
}

TEST_F(SendWindowTest, TakesNothingBeyondItsBound) {
    for (const auto* name : {"a", "b", "c"}) EXPECT_TRUE(push(name));
    EXPECT_FALSE(push("d"));
    take();
    EXPECT_TRUE(push("d"));
}

TEST_F(SendWindowTest, TellsEachOnce) {
    push("a");
    take();
    tell(window_.settle(last_, DeliveryOutcome::GaveUp));
    tell(window_.settle(last_, DeliveryOutcome::Delivered));
    EXPECT_EQ(told_, std::vector<std::string>{"a-"});
}

TEST_F(SendWindowTest, GivesUpWhatIsLateAndSaysWhetherTheBrokerIsToBlame) {
    for (const auto* name : {"a", "b", "c"}) push(name);
    auto expired = window_.expire(now_ + Duration{99});
    EXPECT_TRUE(expired.settled.empty());
    take();
    expired = window_.expire(now_ + Duration{100});
    EXPECT_TRUE(expired.in_flight);
    tell(expired.settled);
    EXPECT_EQ(told_, (std::vector<std::string>{"a-", "b-", "cz"}));
    EXPECT_FALSE(window_.expire(now_ + Duration{200}).in_flight);
}

TEST_F(SendWindowTest, TellsAllWhenTheLinkIsLost) {
    for (const auto* name : {"a", "b", "c"}) push(name);
    take();
    tell(window_.drain());
    EXPECT_EQ(told_, (std::vector<std::string>{"a-", "b-", "cz"}));
    EXPECT_EQ(window_.in_flight() + window_.waiting(), 0U);
}

}  // namespace
}  // namespace cellwise::mqtt
