// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/hostile_bodies.hpp"

#include "adapters/northbound/routes.hpp"
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class HostileNorthboundBodies : public NorthboundFixture {};

TEST_F(HostileNorthboundBodies, AreRefusedByEveryRouteThatTakesOne) {
    for (const auto& route : routes()) {
        if (route.method == Get || route.method == Delete) continue;
        for (const auto& hostile : faces::hostile_bodies()) {
            const auto answer = call(route.method, faces::path_of(route.pattern, kNobody), hostile.body);
            // 501 is what is not offered, whatever is asked; and the vendor's errors of groups come with 200.
            const bool as_vendor = answer.status == 200 && answer.body.starts_with(R"({"error_code":")");
            EXPECT_TRUE((answer.status >= 400 && answer.status < 500) || answer.status == 501 || as_vendor)
                << answer.status << ' ' << route.pattern << ": " << hostile.name << answer.body;
            EXPECT_LT(answer.body.size(), 1'000U) << "a refusal does not repeat what was sent";
        }
    }
}

}  // namespace
}  // namespace cellwise::northbound
