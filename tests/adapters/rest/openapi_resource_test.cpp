// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

#include <algorithm>
#include <set>

namespace cellwise::rest {
namespace {

std::string_view role_of(Access access) {
    switch (access) {
        case Access::Anyone:
            return "anyone";
        case Access::Viewer:
            return "viewer";
        case Access::Operator:
            return "operator";
        case Access::Admin:
            return "admin";
    }
    return "?";
}

class OpenApi : public ApiFixture {
 protected:
    nlohmann::json document_ = call(Get, "/api/v1/openapi.json").json();
};

/// Both ways: what is served is described, and what is described is served, to the same roles.
TEST_F(OpenApi, DescribesEveryRouteAndNothingElse) {
    std::set<std::string> served;
    for (const auto& route : routes()) {
        served.insert(std::string(to_string(route.method)) + ' ' + std::string(route.pattern) + " for " +
                      std::string(role_of(route.access)) +
                      (route.applications == Applications::LetIn ? " and applications" : ""));
    }
    std::set<std::string> described;
    for (const auto& [path, calls] : document_.at("paths").items()) {
        for (const auto& [method, operation] : calls.items()) {
            std::string upper(method);
            std::transform(upper.begin(), upper.end(), upper.begin(),
                           [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            const auto security = operation.value("security", nlohmann::json::array()).dump();
            const bool applications = security.find("applicationKey") != std::string::npos;
            described.insert(upper + ' ' + path + " for " + operation.at("x-role").get<std::string>() +
                             (applications ? " and applications" : ""));
        }
    }
    EXPECT_EQ(described, served) << "write it in docs/openapi and run scripts/openapi";
}

TEST_F(OpenApi, SaysWhereNoTokenIsNeeded) {
    for (const auto& [path, calls] : document_.at("paths").items()) {
        for (const auto& [method, operation] : calls.items()) {
            const bool open = operation.contains("security") && operation.at("security").empty();
            EXPECT_EQ(open, operation.at("x-role") == "anyone") << method << ' ' << path;
        }
    }
}

TEST_F(OpenApi, IsForThoseWhoMayReadSomething) {
    EXPECT_EQ(document_.at("openapi"), "3.1.0");
    token_.clear();
    EXPECT_EQ(refused(Get, "/api/v1/openapi.json"), "401 access.token.unknown");
}

}  // namespace
}  // namespace cellwise::rest
