// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class ApplicationsResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/applications";
};

TEST_F(ApplicationsResource, TellTheirSecretOnce) {
    const auto made = call(Post, kPath, R"({"name":"billing"})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto id = made.text_at("/appId");
    const auto row = R"({"appId":")" + id + R"(","name":"billing","createdAt":"2023-11-14T22:13:20.000Z")";
    EXPECT_EQ(made.body, row + R"(,"secret":")" + made.text_at("/secret") + "\"}");
    EXPECT_EQ(made.header("Cache-Control"), "no-store");
    EXPECT_EQ(call(Get, std::string(kPath) + "/" + id).body, row + "}");
    EXPECT_EQ(call(Get, kPath).body, R"({"items":[)" + row + R"(}],"nextCursor":null})");
}

TEST_F(ApplicationsResource, AreRefusedByField) {
    EXPECT_EQ(refused(Post, kPath, "{}"), "400 request.field.missing name");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"a","secret":"b"})"), "400 request.field.unknown secret");
    EXPECT_EQ(refused(Post, kPath, R"({"name":")" + std::string(65, 'x') + "\"}"), "400 text.invalid name");
}

TEST_F(ApplicationsResource, AreDeletedWhenTheyHaveNoDevices) {
    const auto used = world_.create_application("used").application.id;
    world_.create_device({.app = used, .node_id = "1", .product = world_.create_product().id});
    const auto unused = world_.create_application("unused").application.id.str();
    EXPECT_EQ(refused(Delete, std::string(kPath) + "/" + used.str()), "409 application.in_use");
    EXPECT_EQ(call(Delete, std::string(kPath) + "/" + unused).status, 204);
    EXPECT_EQ(refused(Get, std::string(kPath) + "/" + unused), "404 application.not_found");
    EXPECT_EQ(refused(Delete, std::string(kPath) + "/nonsense"), "404 application.not_found");
}

}  // namespace
}  // namespace cellwise::rest
