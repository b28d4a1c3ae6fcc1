// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;

using Health = CtlFixture;

TEST_F(Health, ShowsTheChecks) {
    api_.answers("GET /readyz", {.body = R"({"ready":true,"checks":[{"name":"database","ok":true,"detail":null}]})"});
    const auto outcome = run({"health"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.out, "CHECK     STATE  DETAIL\ndatabase  ok     –\n");
}

TEST_F(Health, EndsInOneWhereTheDaemonIsNotReady) {
    const std::string report = R"({"ready":false,"checks":[{"name":"database","ok":false,"detail":"full"}]})";
    api_.answers("GET /readyz", {.status = 503, .body = report});
    const auto outcome = run({"health"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("database  failed  full\n"));
    EXPECT_THAT(outcome.err, HasSubstr("[health.not_ready]"));
    EXPECT_EQ(run({"--json", "health"}).out, report + "\n");
}

}  // namespace
}  // namespace cellwise::ctl::test
