// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class HealthResource : public ApiFixture {
 protected:
    HealthResource() { token_.clear(); }
};

TEST_F(HealthResource, AnswersAnyone) {
    EXPECT_EQ(call(Get, "/healthz").body, R"({"status":"ok"})");
    EXPECT_EQ(call(Head, "/healthz").status, 200);
    EXPECT_EQ(call(Get, "/metrics").header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(HealthResource, IsReadyWhenEverythingIs) {
    EXPECT_EQ(call(Get, "/readyz").body, R"({"ready":true,"checks":[{"name":"database","ok":true,"detail":null}]})");
    checks_.push_back({.name = "broker", .ok = false, .detail = "not connected"});
    const auto answer = call(Get, "/readyz");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.body, R"({"ready":false,"checks":[{"name":"database","ok":true,"detail":null},)"
                           R"({"name":"broker","ok":false,"detail":"not connected"}]})");
}

TEST_F(HealthResource, BringsTheMetricsUpToDateBeforeItTellsThem) {
    EXPECT_EQ(refreshes_, 0);
    call(Get, "/metrics");
    EXPECT_EQ(refreshes_, 1);
    call(Get, "/readyz");
    EXPECT_EQ(refreshes_, 1);
}

}  // namespace
}  // namespace cellwise::rest
