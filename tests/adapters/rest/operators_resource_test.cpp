// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class OperatorsResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/operators";

    std::string create(const std::string& name, const std::string& role = "operator") {
        const auto made =
            call(Post, kPath, R"({"name":")" + name + R"(","role":")" + role + R"(","password":"correct horse"})");
        EXPECT_EQ(made.status, 201) << made.body;
        return made.text_at("/operatorId");
    }
    std::string sign_in(const std::string& name) {
        const auto made = call(Post, "/api/v1/sessions", R"({"name":")" + name + R"(","password":"correct horse"})");
        EXPECT_EQ(made.status, 201) << made.body;
        return made.text_at("/token");
    }
};

TEST_F(OperatorsResource, AreMadeShownChangedAndRemoved) {
    const auto id = create("ann");
    const auto path = kPath + ("/" + id);
    const auto shown = call(Get, path);
    EXPECT_EQ(shown.body, R"({"operatorId":")" + id +
                              R"(","name":"ann","role":"operator","disabled":false,"createdAt":)" +
                              shown.at("/createdAt") + "}");
    EXPECT_EQ(call(Get, kPath).body, R"({"items":[)" + shown.body + R"(],"nextCursor":null})");
    const auto changed = call(Patch, path, R"({"role":"viewer","disabled":true})");
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(changed.text_at("/role"), "viewer");
    EXPECT_EQ(changed.at("/disabled"), "true");
    EXPECT_EQ(call(Delete, path).status, 204);
    EXPECT_EQ(refused(Get, path), "404 operator.not_found");
    EXPECT_EQ(refused(Delete, path), "404 operator.not_found");
    EXPECT_EQ(refused(Patch, path, "{}"), "404 operator.not_found");
    EXPECT_EQ(refused(Get, "/api/v1/operators/x"), "404 operator.not_found");
}

TEST_F(OperatorsResource, SayWhatIsWrongAndNoPassword) {
    create("ann");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"ann","role":"viewer","password":"correct horse"})"),
              "409 operator.duplicate");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"bob","role":"king","password":"correct horse"})"),
              "400 request.field.invalid role");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"bob","role":"viewer"})"), "400 request.field.missing password");
    const auto brief = call(Post, kPath, R"({"name":"bob","role":"viewer","password":"hunter2"})");
    EXPECT_EQ(refusal(brief), "400 operator.password.length password");
    EXPECT_EQ(brief.body.find("hunter2"), std::string::npos);
}

TEST_F(OperatorsResource, LetNobodyLockHimselfOut) {
    const auto id = create("ann", "admin");
    token_ = sign_in("ann");
    EXPECT_EQ(refused(Delete, kPath + ("/" + id)), "409 operator.self");
    EXPECT_EQ(refused(Patch, kPath + ("/" + id), R"({"role":"viewer"})"), "409 operator.self");
    EXPECT_EQ(refused(Patch, kPath + ("/" + id), R"({"disabled":true})"), "409 operator.self");
}

TEST_F(OperatorsResource, LoseTheirSessionsWhenTheyAreChanged) {
    const auto id = create("ann");
    const auto session = sign_in("ann");
    const auto admin = token_;
    token_ = session;
    EXPECT_EQ(call(Get, "/api/v1/products").status, 200);
    token_ = admin;
    EXPECT_EQ(call(Patch, kPath + ("/" + id), R"({"role":"admin"})").status, 200);
    token_ = session;
    EXPECT_EQ(refused(Get, "/api/v1/products"), "401 access.token.unknown");
}

class SessionsResource : public OperatorsResource {
 protected:
    static constexpr auto kSessions = "/api/v1/sessions";

    Answer try_password(const std::string& password) {
        return call(Post, kSessions, R"({"name":"ann","password":")" + password + "\"}");
    }
};

TEST_F(SessionsResource, BearTheRoleOfTheirOperator) {
    const auto id = create("ann", "viewer");
    const auto made = try_password("correct horse");
    ASSERT_EQ(made.status, 201);
    EXPECT_EQ(made.header("Cache-Control"), "no-store");
    EXPECT_EQ(made.at("/operator"), R"({"name":"ann","operatorId":")" + id + R"(","role":"viewer"})");
    token_ = made.text_at("/token");
    EXPECT_EQ(call(Get, "/api/v1/products").status, 200);
    EXPECT_EQ(refused(Post, "/api/v1/products", "{}"), "403 access.role");
    EXPECT_EQ(call(Get, "/api/v1/tokens/current").body, R"({"kind":"session","tokenId":null,"operatorId":")" + id +
                                                            R"(","name":"ann","role":"viewer","expiresAt":)" +
                                                            made.at("/expiresAt") + "}");
    EXPECT_EQ(call(Delete, "/api/v1/sessions/current").status, 204);
    EXPECT_EQ(refused(Get, "/api/v1/products"), "401 access.token.unknown");
}

TEST_F(SessionsResource, NeedNoTokenToBegin) {
    create("ann");
    token_.clear();
    EXPECT_EQ(try_password("correct horse").status, 201);
}

TEST_F(SessionsResource, AreRefusedAlikeAndThrottled) {
    create("ann");
    token_.clear();
    const auto wrong = try_password("wrong");
    EXPECT_EQ(refusal(wrong), "401 access.login.refused");
    EXPECT_EQ(call(Post, kSessions, R"({"name":"nobody","password":"wrong"})").body, wrong.body);
    for (int i = 0; i < 9; ++i) EXPECT_EQ(try_password("wrong").status, 401);
    const auto throttled = try_password("correct horse");
    EXPECT_EQ(refusal(throttled), "429 access.login.throttled");
    EXPECT_EQ(throttled.header("Retry-After"), "600");
}

TEST_F(SessionsResource, EndOnlyWhatIsASession) {
    EXPECT_EQ(refused(Delete, "/api/v1/sessions/current"), "404 session.not_found");
}

}  // namespace
}  // namespace cellwise::rest
