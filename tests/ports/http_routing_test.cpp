// SPDX-License-Identifier: Apache-2.0
#include "cellwise/ports/http_routing.hpp"

#include <gtest/gtest.h>

namespace cellwise::ports {
namespace {

using Values = std::vector<std::string>;

TEST(MatchPath, GivesWhatStandsForTheBraces) {
    EXPECT_EQ(match_path("/tasks", "/tasks"), Values{});
    EXPECT_EQ(match_path("/tasks/{id}", "/tasks/7"), Values{"7"});
    EXPECT_EQ(match_path("/tasks/{id}/jobs/{device}", "/tasks/7/jobs/8"), (Values{"7", "8"}));
    EXPECT_EQ(match_path("/tasks/{id}:stop", "/tasks/7:stop"), Values{"7"});
}

TEST(MatchPath, TakesNothingElse) {
    for (const auto* path : {"", "/", "/task", "/tasks/", "/tasks/7/", "/tasks/7/jobs", "tasks/7", "/tasks/7:stop"}) {
        EXPECT_FALSE(match_path("/tasks/{id}", path)) << path;
    }
    EXPECT_FALSE(match_path("/tasks/{id}:stop", "/tasks/:stop"));
    EXPECT_FALSE(match_path("/tasks/{id}:stop", "/tasks/7"));
    EXPECT_FALSE(match_path("/tasks/{id}:stop", "/tasks/7:x:stop"));
}

TEST(ApplicationKey, IsTakenFromEitherSpelling) {
    EXPECT_EQ(application_key({{"app_key", "a"}}), "a");
    EXPECT_EQ(application_key({{"X-App-Key", "b"}}), "b");
    EXPECT_EQ(application_key({{"x-app-key", "b"}, {"App_Key", "a"}}), "a");
    EXPECT_EQ(application_key({{"appkey", "c"}}), std::nullopt);
}

std::string token_of(const char* value) { return std::string(bearer_token({{"authorization", value}})); }

TEST(BearerToken, TakesTheSpellingsOfRealClients) {
    EXPECT_EQ(token_of("Bearer abc"), "abc");
    EXPECT_EQ(token_of("bearer abc"), "abc");
    EXPECT_EQ(token_of("BEARER  abc "), "abc");
}

TEST(BearerToken, IsEmptyForAnythingElse) {
    EXPECT_EQ(token_of("Basic abc"), "");
    EXPECT_EQ(token_of("Bearer"), "");
    EXPECT_EQ(token_of("Bearer "), "");
    EXPECT_EQ(token_of("abc"), "");
    EXPECT_EQ(bearer_token({}), "");
}

}  // namespace
}  // namespace cellwise::ports
