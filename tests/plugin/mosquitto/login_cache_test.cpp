// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/login_cache.hpp"

#include <gtest/gtest.h>

namespace cellwise::plugin {
namespace {

using domain::mqtt::LoginQuestion;

const Timestamp kNow = from_unix_ms(1'000'000);

LoginQuestion a_login(std::string password = "right") {
    return {.client_id = "a_0_1_2025041401", .username = "a", .password = std::move(password)};
}

TEST(LoginCache, KnowsTheVerySameLoginOnly) {
    LoginCache cache;
    EXPECT_EQ(cache.age(a_login(), kNow), std::nullopt);
    cache.keep(a_login(), kNow);
    EXPECT_EQ(cache.age(a_login(), kNow + Duration{7}), Duration{7});
    EXPECT_EQ(cache.age(a_login("wrong"), kNow), std::nullopt);
    auto other = a_login();
    other.client_id = "a_0_1_2025041402";
    EXPECT_EQ(cache.age(other, kNow), std::nullopt);
}

TEST(LoginCache, TakesTheNumberOfAQuestionForNoPartOfTheLogin) {
    LoginCache cache;
    cache.keep(a_login(), kNow);
    auto again = a_login();
    again.number = 7;
    EXPECT_EQ(cache.age(again, kNow), Duration{0});
}

TEST(LoginCache, ForgetsWhatIsRefusedButNotForAStrangersGuess) {
    LoginCache cache;
    cache.keep(a_login(), kNow);
    cache.forget(a_login("guess"));
    EXPECT_TRUE(cache.age(a_login(), kNow));
    cache.forget(a_login());
    EXPECT_FALSE(cache.age(a_login(), kNow));
}

TEST(LoginCache, KeepsOneLoginOfADevice) {
    LoginCache cache;
    cache.keep(a_login(), kNow);
    cache.keep(a_login("of the next hour"), kNow);
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_FALSE(cache.age(a_login(), kNow));
}

}  // namespace
}  // namespace cellwise::plugin
