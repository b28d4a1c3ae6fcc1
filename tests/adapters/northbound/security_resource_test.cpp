// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class SecurityResource : public NorthboundFixture {
 protected:
    SecurityResource() { token_.clear(); }

    Answer log_in(const std::string& body) {
        return call(Post, "/iocm/app/sec/v1.1.0/login", body, "application/x-www-form-urlencoded");
    }
    Answer log_in() { return log_in("appId=" + app_.str() + "&secret=" + application_.secret); }
    Answer refresh(const nlohmann::json& changes) {
        nlohmann::json body{{"appId", app_.str()}, {"secret", application_.secret}};
        body.merge_patch(changes);
        return call(Post, "/iocm/app/sec/v1.1.0/refreshToken", body.dump());
    }
    int status_with(const std::string& token) {
        token_ = token;
        return call(Get, "/iocm/app/dm/v1.4.0/devices").status;
    }
};

TEST_F(SecurityResource, GivesTokensForTheSecret) {
    const auto answer = log_in();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(answer.body, R"({"scope":"default","tokenType":"Bearer","expiresIn":3600,"accessToken":")" +
                               answer.text_at("/accessToken") + R"(","refreshToken":")" +
                               answer.text_at("/refreshToken") + "\"}");
    EXPECT_EQ(answer.text_at("/accessToken").size(), 64U);
    EXPECT_EQ(status_with(answer.text_at("/accessToken")), 200);
}

TEST_F(SecurityResource, InvalidatesTheTokenBefore) {
    const auto first = log_in().text_at("/accessToken");
    const auto second = log_in().text_at("/accessToken");
    EXPECT_EQ(status_with(first), 403);
    EXPECT_EQ(status_with(second), 200);
}

TEST_F(SecurityResource, RefusesALoginAsTheVendorDoes) {
    const auto wrong = log_in("appId=" + app_.str() + "&secret=wrong");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.body, R"({"error_code":"100208","error_desc":"AppId or secret is not right."})");
    EXPECT_EQ(refusal(log_in("appId=nobody&secret=x")), "401 100208");
    for (const auto* body : {"", "appId=x", "secret=x", "appId=&secret=x", "appId=x&secret="}) {
        const auto missing = log_in(body);
        EXPECT_EQ(missing.status, 400);
        EXPECT_EQ(missing.body, R"({"error_code":"102202","error_desc":"Required Parameter is null or empty."})");
    }
}

TEST_F(SecurityResource, RefreshesATokenOnce) {
    const auto first = log_in();
    const auto second = refresh({{"refreshToken", first.text_at("/refreshToken")}});
    ASSERT_EQ(second.status, 200) << second.body;
    EXPECT_EQ(second.at("/expiresIn"), "3600");
    EXPECT_EQ(status_with(first.text_at("/accessToken")), 403);
    EXPECT_EQ(status_with(second.text_at("/accessToken")), 200);
    EXPECT_EQ(refusal(refresh({{"refreshToken", first.text_at("/refreshToken")}})), "400 50400");
    world_.clock.advance(std::chrono::hours(24));
    EXPECT_EQ(refusal(refresh({{"refreshToken", second.text_at("/refreshToken")}})), "400 50400");
}

TEST_F(SecurityResource, RefusesToRefreshForStrangers) {
    const auto token = log_in().text_at("/refreshToken");
    EXPECT_EQ(refusal(refresh({{"refreshToken", token}, {"secret", "wrong"}})), "401 100208");
    EXPECT_EQ(refusal(refresh({{"refreshToken", nullptr}})), "400 50400");
    EXPECT_EQ(refusal(refresh({{"refreshToken", 7}})), "400 50400");
    EXPECT_EQ(refused(Post, "/iocm/app/sec/v1.1.0/refreshToken", "{"), "400 50400");
}

TEST_F(SecurityResource, EndsASession) {
    const auto token = log_in().text_at("/accessToken");
    const auto out = call(Post, "/iocm/app/sec/v1.1.0/logout", R"({"accessToken":")" + token + "\"}");
    EXPECT_EQ(out.status, 204);
    EXPECT_EQ(out.body, "");
    EXPECT_EQ(status_with(token), 403);
    EXPECT_EQ(refused(Post, "/iocm/app/sec/v1.1.0/logout", R"({"accessToken":")" + token + "\"}"), "403 1010005");
    EXPECT_EQ(refused(Post, "/iocm/app/sec/v1.1.0/logout", "{}"), "400 102202");
    EXPECT_EQ(refused(Post, "/iocm/app/sec/v1.1.0/logout", "x"), "400 102202");
}

}  // namespace
}  // namespace cellwise::northbound
