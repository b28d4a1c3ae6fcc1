// SPDX-License-Identifier: Apache-2.0
#include "app/throttle.hpp"

#include "tests/fakes/manual_clock.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <thread>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

const AppId kApp = *AppId::parse("0123456789abcdef01234567");
const AppId kOther = *AppId::parse("aaaaaaaaaaaaaaaaaaaaaaaa");

class ThrottleTest : public testing::Test {
 protected:
    fakes::ManualClock clock_;

    int admitted(Throttle& throttle, int calls, const AppId& app = kApp) {
        int count = 0;
        for (int i = 0; i < calls; ++i) count += throttle.admit(app) ? 1 : 0;
        return count;
    }
};

TEST_F(ThrottleTest, LetsSoManyThroughAndNotOneMore) {
    Throttle throttle(clock_, 100);
    EXPECT_EQ(admitted(throttle, 150), 100);
    const auto refused = throttle.admit(kApp);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "access.throttled");
    EXPECT_EQ(refused.error().value, "100");
}

TEST_F(ThrottleTest, CountsEachApplicationByItself) {
    Throttle throttle(clock_, 3);
    EXPECT_EQ(admitted(throttle, 5), 3);
    EXPECT_EQ(admitted(throttle, 5, kOther), 3);
}

TEST_F(ThrottleTest, LetsTheNextThroughWhenTheOldestIs60SecondsOld) {
    Throttle throttle(clock_, 2);
    EXPECT_EQ(admitted(throttle, 1), 1);
    clock_.advance(20s);
    EXPECT_EQ(admitted(throttle, 2), 1);
    clock_.advance(40s - 1ms);
    EXPECT_EQ(admitted(throttle, 1), 0);
    clock_.advance(1ms);
    EXPECT_EQ(admitted(throttle, 2), 1) << "the second is 40 s old";
    clock_.advance(20s);
    EXPECT_EQ(admitted(throttle, 2), 1);
}

TEST_F(ThrottleTest, DoesNotCountWhatItRefuses) {
    Throttle throttle(clock_, 1);
    EXPECT_EQ(admitted(throttle, 1), 1);
    for (int i = 0; i < 59; ++i) {
        clock_.advance(1s);
        EXPECT_EQ(admitted(throttle, 10), 0);
    }
    clock_.advance(1s);
    EXPECT_EQ(admitted(throttle, 1), 1);
}

TEST_F(ThrottleTest, LetsEverythingThroughWhenItIsOff) {
    Throttle throttle(clock_, 0);
    EXPECT_EQ(admitted(throttle, 10'000), 10'000);
}

TEST_F(ThrottleTest, RemembersTheLastCallsWhenItsLimitChanges) {
    Throttle throttle(clock_, 4);
    EXPECT_EQ(admitted(throttle, 6), 4);
    throttle.set_limit(6);
    EXPECT_EQ(admitted(throttle, 6), 2);
    throttle.set_limit(2);
    EXPECT_EQ(admitted(throttle, 1), 0);
    clock_.advance(60s);
    EXPECT_EQ(admitted(throttle, 6), 2);
}

/// The plain way: all times of the window.
TEST_F(ThrottleTest, DoesWhatAReferenceDoesOverARandomWalk) {
    std::mt19937 random(4711);  // NOLINT: the same walk every time
    std::uint32_t limit = 5;
    Throttle throttle(clock_, limit);
    std::deque<Timestamp> reference;
    for (int step = 0; step < 20'000; ++step) {
        clock_.advance(Duration(random() % 20'000));
        while (!reference.empty() && clock_.now() - reference.front() >= Throttle::kWindow) reference.pop_front();
        if (random() % 50 == 0) {
            // The ring remembers as many calls as its limit: after raising it knows no older ones.
            limit = static_cast<std::uint32_t>(random() % 8 + 1);
            throttle.set_limit(limit);
            while (reference.size() > limit) reference.pop_front();
        }
        const bool expected = reference.size() < limit;
        if (expected) reference.push_back(clock_.now());
        ASSERT_EQ(throttle.admit(kApp).has_value(), expected) << step;
    }
}

TEST_F(ThrottleTest, IsExactWhenManyThreadsCallAtOnce) {
    Throttle throttle(clock_, 1'000);
    std::atomic<int> count{0};
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 8; ++i) callers.emplace_back([&] { count += admitted(throttle, 500); });
    }
    EXPECT_EQ(count, 1'000);
}

}  // namespace
}  // namespace cellwise::app
