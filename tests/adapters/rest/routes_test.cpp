// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/routes.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cellwise::rest {
namespace {

using enum ports::HttpMethod;

TEST(Routes, AreEachThereOnce) {
    std::set<std::pair<ports::HttpMethod, std::string_view>> seen;
    for (const auto& route : routes()) {
        EXPECT_TRUE(seen.insert({route.method, route.pattern}).second) << route.pattern;
    }
}

TEST(Routes, LetOnlyTheHealthCallsAndTheLoginBeAnyones) {
    for (const auto& route : routes()) {
        const bool open = route.access == Access::Anyone;
        const bool login = route.method == Post && route.pattern == "/api/v1/sessions";
        EXPECT_EQ(open, login || !route.pattern.starts_with("/api/v1/")) << route.pattern;
    }
}

TEST(Routes, LetNoViewerChangeAnything) {
    for (const auto& route : routes()) {
        if (route.pattern.starts_with("/api/v1/sessions")) continue;  // his own
        EXPECT_TRUE(route.method == Get || route.access >= Access::Operator) << route.pattern;
    }
}

TEST(MatchRoute, KeepsListsThingsAndVerbsApart) {
    EXPECT_EQ(match_route(Post, "/api/v1/devices").route->handle, devices::create);
    EXPECT_EQ(match_route(Post, "/api/v1/devices:import").route->handle, devices::import_list);
    EXPECT_EQ(match_route(Get, "/api/v1/devices/7").route->handle, devices::show);
    const auto stop = match_route(Post, "/api/v1/tasks/7:stop");
    EXPECT_EQ(stop.route->handle, tasks::stop);
    EXPECT_EQ(stop.path_values, std::vector<std::string>{"7"});
}

TEST(MatchRoute, SaysWhichMethodsAPathHas) {
    const auto match = match_route(Put, "/api/v1/products/7");
    EXPECT_EQ(match.route, nullptr);
    EXPECT_EQ(match.allow, "GET, HEAD, PATCH, DELETE");
    EXPECT_EQ(match_route(Get, "/api/v1/nothing").allow, "");
    EXPECT_EQ(match_route(Post, "/api/v1/tasks/7:dance").allow, "");
}

TEST(MatchRoute, AnswersHeadAsGet) { EXPECT_EQ(match_route(Head, "/healthz").route->handle, health::alive); }

}  // namespace
}  // namespace cellwise::rest
