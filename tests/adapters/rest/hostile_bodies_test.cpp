// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/hostile_bodies.hpp"

#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class HostileApiBodies : public ApiFixture {};

TEST_F(HostileApiBodies, AreRefusedByEveryRouteThatTakesOne) {
    for (const auto& route : routes()) {
        // What is streamed is judged line by line, or part by part, by tests of its own.
        if (route.method == Get || route.method == Delete || route.open != nullptr) continue;
        for (const auto& hostile : faces::hostile_bodies()) {
            const auto answer = call(route.method, faces::path_of(route.pattern, kNobody), hostile.body);
            EXPECT_GE(answer.status, 400) << route.pattern << ": " << hostile.name;
            EXPECT_LT(answer.status, 500) << route.pattern << ": " << hostile.name << answer.body;
            EXPECT_LT(answer.body.size(), 1'000U) << "a refusal does not repeat what was sent";
        }
    }
}

TEST_F(HostileApiBodies, MayNotNameMoreTargetsThanATaskTakes) {
    std::string devices;
    for (int i = 0; i < 20'000; ++i) devices += (i == 0 ? "\"" : ",\"") + kNoDevice + "\"";
    const auto body = R"({"name":"t","fileId":")" + kNobody + R"(","targets":{"devices":[)" + devices + "]}}";
    EXPECT_EQ(refused(Post, "/api/v1/tasks", body), "400 request.field.range targets.devices");
}

}  // namespace
}  // namespace cellwise::rest
