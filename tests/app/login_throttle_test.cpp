// SPDX-License-Identifier: Apache-2.0
#include "app/login_throttle.hpp"

#include <gtest/gtest.h>

namespace cellwise::app {
namespace {

using namespace std::chrono_literals;

class LoginThrottleTest : public testing::Test {
 protected:
    static constexpr Duration kGo = 0ms;
    LoginThrottle throttle_{{.per_name = 3, .per_address = 5, .window = 10min, .most = 4}};
    Timestamp now_ = from_unix_ms(1'700'000'000'000);
};

TEST_F(LoginThrottleTest, LetsANameBeTriedSoOften) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle_.admit("ann", std::to_string(i), now_), kGo);
    EXPECT_EQ(throttle_.admit("ann", "elsewhere", now_ + 4min), 6min);
    EXPECT_EQ(throttle_.admit("bob", "elsewhere", now_ + 4min), kGo);
    EXPECT_EQ(throttle_.admit("ann", "elsewhere", now_ + 10min), kGo) << "the window is over";
}

TEST_F(LoginThrottleTest, LetsAnAddressTrySoOften) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle_.admit("name" + std::to_string(i), "here", now_), kGo);
    EXPECT_EQ(throttle_.admit("another", "here", now_), 10min);
    EXPECT_EQ(throttle_.admit("another", "there", now_), kGo);
}

TEST_F(LoginThrottleTest, ForgetsTheFailuresOfANameThatSucceeds) {
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(throttle_.admit("ann", "here", now_), kGo) << "good tries do not count";
        throttle_.succeed("ann", "here");
    }
    EXPECT_EQ(throttle_.admit("ann", "here", now_), kGo);
    EXPECT_EQ(throttle_.admit("ann", "here", now_), kGo);
    throttle_.succeed("ann", "here");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle_.admit("ann", "here", now_), kGo);
    EXPECT_GT(throttle_.admit("ann", "here", now_), kGo);
}

TEST_F(LoginThrottleTest, RemembersSoManyAndThoseOfLate) {
    for (int i = 0; i < 3; ++i) throttle_.admit("first", "a", now_);
    for (int i = 0; i < 3; ++i) throttle_.admit("later", "b", now_ + 1s);
    for (int i = 0; i < 3; ++i) throttle_.admit("more" + std::to_string(i), "c" + std::to_string(i), now_ + 2s);
    EXPECT_GT(throttle_.admit("later", "d", now_ + 2s), kGo);
    EXPECT_EQ(throttle_.admit("first", "d", now_ + 2s), kGo) << "forgotten: there were five";
}

}  // namespace
}  // namespace cellwise::app
