// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/routes.hpp"

#include "adapters/northbound/resources.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cellwise::northbound {
namespace {

using enum ports::HttpMethod;

TEST(NorthboundRoutes, LetStrangersOnlyLogIn) {
    std::set<std::pair<ports::HttpMethod, std::string_view>> seen;
    for (const auto& route : routes()) {
        EXPECT_TRUE(seen.insert({route.method, route.pattern}).second) << route.pattern;
        EXPECT_EQ(route.admission == Admission::Anyone, route.pattern.starts_with("/iocm/app/sec/")) << route.pattern;
    }
}

TEST(NorthboundRoutes, PreferTheWordToTheId) {
    const auto match = match_route(Post, "/iodm/northbound/v1.5.0/operations/softwareUpgrade");
    ASSERT_NE(match.route, nullptr);
    EXPECT_EQ(match.route->handle, operations::create_software_upgrade);
}

TEST(NorthboundRoutes, SayWhichMethodsAPathHas) {
    EXPECT_EQ(match_route(Patch, "/iocm/app/dm/v1.4.0/devices/7").allow, "GET, PUT, DELETE");
    EXPECT_EQ(match_route(Get, "/iocm/app/dm/v9/devices").allow, "");
}

}  // namespace
}  // namespace cellwise::northbound
