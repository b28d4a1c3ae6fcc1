// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/api_client.hpp"

#include "stub_api.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

struct ApiClientTest : testing::Test {
    test::StubApi stub{};
    ApiClient api{Settings{.server = stub.url(), .token = "secret"}};
};

TEST_F(ApiClientTest, SaysWhoItIs) {
    stub.answers("GET /a", {.body = "{}"});
    ASSERT_TRUE(api.get("/a"));
    const auto headers = stub.seen().front().headers;
    EXPECT_EQ(headers.at("authorization"), "Bearer secret");
    EXPECT_EQ(headers.at("user-agent"), "cellwisectl/" CELLWISE_VERSION);
}

TEST_F(ApiClientTest, SendsTheIdempotencyKeyWithWhatCreates) {
    stub.answers("GET /a", {.body = "{}"});
    stub.answers("POST /a", {.body = "{}"});
    api.set_idempotency_key("once");
    ASSERT_TRUE(api.get("/a"));
    ASSERT_TRUE(api.post("/a", "{}"));
    EXPECT_FALSE(stub.seen()[0].headers.contains("idempotency-key"));
    EXPECT_EQ(stub.seen()[1].headers.at("idempotency-key"), "once");
}

TEST_F(ApiClientTest, MakesAnErrorOfAProblem) {
    const std::string problem =
        R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"limit must be 1",)"
        R"("code":"request.query.invalid","field":"limit","value":0})";
    stub.answers("GET /a", {.status = 400, .body = problem, .content_type = "application/problem+json"});
    const auto answer = api.get("/a");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(),
              (Error{ErrorKind::InvalidInput, "request.query.invalid", "limit must be 1", "limit", "0"}));
    EXPECT_EQ(api.refusal(), problem);
    stub.answers("GET /b", {.body = "{}"});
    ASSERT_TRUE(api.get("/b"));
    EXPECT_EQ(api.refusal(), "");
}

TEST_F(ApiClientTest, TellsRefusalsApartByTheirStatus) {
    const std::pair<int, ErrorKind> kinds[] = {{401, ErrorKind::Unauthenticated}, {403, ErrorKind::Forbidden},
                                               {404, ErrorKind::NotFound},        {409, ErrorKind::Conflict},
                                               {413, ErrorKind::TooLarge},        {429, ErrorKind::TooMany},
                                               {422, ErrorKind::InvalidInput},    {503, ErrorKind::Internal}};
    for (const auto& [status, kind] : kinds) {
        const auto path = "/" + std::to_string(status);
        stub.refuses("DELETE " + path, status, "x.y");
        EXPECT_EQ(api.erase(path).error().kind, kind) << status;
    }
}

TEST_F(ApiClientTest, KnowsWhatIsNoCellwise) {
    stub.answers("GET /a", {.status = 502, .body = "<html>Bad Gateway</html>", .content_type = "text/html"});
    EXPECT_EQ(api.get("/a").error().code, "answer.foreign");
    EXPECT_EQ(api.refusal(), "");
    EXPECT_EQ(object_in("<html>").error().code, "answer.foreign");
    EXPECT_EQ(object_in("[1]").error().code, "answer.foreign");
    EXPECT_EQ(object_in(R"({"a":)" + std::string(1'000, '[') + std::string(1'000, ']') + '}').error().code,
              "answer.foreign");
    EXPECT_EQ(object_in(R"({"a":1})")->at("a"), 1);
}

TEST(PercentEncoded, LeavesNothingThatAPathObeys) {
    EXPECT_EQ(percent_encoded("urn:imei:86-a_b~c.1"), "urn:imei:86-a_b~c.1");
    EXPECT_EQ(percent_encoded("a/b?c#d%e f&g=h"), "a%2fb%3fc%23d%25e%20f%26g%3dh");
    EXPECT_EQ(percent_encoded("水"), "%e6%b0%b4");
}

}  // namespace
}  // namespace cellwise::ctl
