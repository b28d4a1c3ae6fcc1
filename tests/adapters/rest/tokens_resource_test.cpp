// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class TokensResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/tokens";
};

TEST_F(TokensResource, TellThemselvesOnce) {
    const auto made =
        call(Post, kPath, R"({"name":"night shift","role":"viewer","expiresAt":"2024-01-01T00:00:00Z"})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto row = R"({"tokenId":")" + made.text_at("/tokenId") +
                     R"(","name":"night shift","role":"viewer","createdAt":"2023-11-14T22:13:20.000Z",)"
                     R"("expiresAt":"2024-01-01T00:00:00.000Z")";
    EXPECT_EQ(made.body, row + R"(,"token":")" + made.text_at("/token") + "\"}");
    EXPECT_NE(call(Get, kPath).body.find(row + "}"), std::string::npos);
    token_ = made.text_at("/token");
    EXPECT_EQ(call(Get, "/api/v1/products").status, 200);
    EXPECT_EQ(refused(Get, kPath), "403 access.role");
}

TEST_F(TokensResource, AreWorthNothingOnceDeleted) {
    const auto made = call(Post, kPath, R"({"name":"guest","role":"admin"})");
    const auto path = std::string(kPath) + "/" + made.text_at("/tokenId");
    EXPECT_EQ(call(Delete, path).status, 204);
    EXPECT_EQ(refused(Delete, path), "404 token.not_found");
    token_ = made.text_at("/token");
    EXPECT_EQ(refused(Get, "/api/v1/products"), "401 access.token.unknown");
}

TEST_F(TokensResource, AreRefusedByField) {
    EXPECT_EQ(refused(Post, kPath, R"({"name":"x"})"), "400 request.field.missing role");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"x","role":"root"})"), "400 request.field.invalid role");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"x","role":"viewer","expiresAt":"soon"})"),
              "400 request.field.invalid expiresAt");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"x","role":"viewer","expiresAt":"2020-01-01T00:00:00Z"})"),
              "400 token.expiry.past expiresAt");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"admin","role":"viewer"})"), "409 token.duplicate");
}

}  // namespace
}  // namespace cellwise::rest
