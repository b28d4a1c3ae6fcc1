// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/northbound_handler.hpp"

#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class NorthboundHandlerTest : public NorthboundFixture {
 protected:
    static constexpr auto kPath = "/iocm/app/dm/v1.4.0/devices";

    Answer ask(ports::HttpHeaders headers) {
        auto request = faces::request_of(Get, kPath);
        request.headers = std::move(headers);
        return faces::send(handler_, std::move(request));
    }
};

TEST_F(NorthboundHandlerTest, TakesTheSpellingsOfRealClients) {
    const auto app = app_.str();
    EXPECT_EQ(ask({{"app_key", app}, {"Authorization", "Bearer " + token_}}).status, 200);
    EXPECT_EQ(ask({{"App_Key", app}, {"authorization", "bearer  " + token_}}).status, 200);
    EXPECT_EQ(ask({{"x-app-key", app}, {"Authorization", "Bearer " + token_}}).status, 200);
}

TEST_F(NorthboundHandlerTest, AnswersEveryWrongTokenAlike) {
    const auto app = app_.str();
    const auto exact = R"({"error_code":"1010005","error_desc":"Invalid access token or appId."})";
    for (const auto& headers :
         std::vector<ports::HttpHeaders>{{},
                                         {{"app_key", app}},
                                         {{"Authorization", "Bearer " + token_}},
                                         {{"app_key", app}, {"Authorization", token_}},
                                         {{"app_key", app}, {"Authorization", "Bearer x"}},
                                         {{"app_key", kNobody}, {"Authorization", "Bearer " + token_}}}) {
        const auto answer = ask(headers);
        EXPECT_EQ(answer.status, 403);
        EXPECT_EQ(answer.body, exact);
    }
    world_.clock.advance(std::chrono::hours(1));
    EXPECT_EQ(ask({{"app_key", app}, {"Authorization", "Bearer " + token_}}).body, exact);
}

/// Nobody gets an answer from any route but the ones for logging in.
TEST_F(NorthboundHandlerTest, HoldsEveryRouteToItsToken) {
    token_ = "wrong";
    for (const auto& route : routes()) {
        std::string path(route.pattern);
        if (const auto open = path.find('{'); open != std::string::npos) path.replace(open, 4, kNobody);
        const bool refused = call(route.method, path, "{}").status == 403;
        EXPECT_EQ(refused, route.admission == Admission::Application) << path;
    }
}

TEST_F(NorthboundHandlerTest, LetsAnApplicationCallSoOftenAndNotMore) {
    world_.throttle.set_limit(3);
    const auto one_too_many = R"({"error_code":"1010009","error_desc":"app throttle exceed."})";
    for (int i = 0; i < 3; ++i) EXPECT_EQ(call(Get, kPath).status, 200);
    const auto answer = call(Get, kPath);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.body, one_too_many);
    EXPECT_EQ(call(Get, kPath, {}, "text/plain").body, one_too_many);
    world_.clock.advance(std::chrono::seconds(60));
    EXPECT_EQ(call(Get, kPath).status, 200);
    become("other");
    EXPECT_EQ(call(Get, kPath).status, 200) << "another's calls are its own";
}

TEST_F(NorthboundHandlerTest, CountsNeitherLoginsNorStrangers) {
    world_.throttle.set_limit(1);
    for (int i = 0; i < 5; ++i) token_ = login(application_);
    EXPECT_EQ(ask({{"app_key", app_.str()}, {"Authorization", "Bearer x"}}).status, 403);
    EXPECT_EQ(call(Get, kPath).status, 200);
}

TEST_F(NorthboundHandlerTest, RefusesABodyBeforeItIsSent) {
    auto head = faces::request_of(Post, "/iodm/northbound/v1.5.0/operations/softwareUpgrade");
    head.headers.emplace_back("Content-Length", "100000");
    EXPECT_FALSE(handler_.open_body(head));
    head.path = "/iocm/app/sec/v1.1.0/login";
    EXPECT_TRUE(handler_.open_body(head));
}

TEST_F(NorthboundHandlerTest, KnowsNoOtherPathsAndMethods) {
    EXPECT_EQ(refused(Get, "/iocm/app/nothing"), "404 190004");
    const auto method = call(Patch, kPath, "{}");
    EXPECT_EQ(refusal(method), "405 190005");
    EXPECT_EQ(method.header("Allow"), "GET");
}

TEST_F(NorthboundHandlerTest, ShapesTheServersOwnErrors) {
    const auto response = handler_.refuse({}, {.kind = ErrorKind::TooLarge, .code = "http.body.too_large"});
    EXPECT_EQ(response.status, 413);
    EXPECT_TRUE(response.body.starts_with(R"({"error_code":")"));
}

TEST_F(NorthboundHandlerTest, TellsWhenTheStorageIsAway) {
    world_.store.read_error = Error{.kind = ErrorKind::Unavailable, .code = "storage.unavailable", .message = "away"};
    EXPECT_EQ(refused(Get, kPath), "503 190008");
}

}  // namespace
}  // namespace cellwise::northbound
