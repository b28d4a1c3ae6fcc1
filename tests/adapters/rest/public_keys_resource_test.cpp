// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class PublicKeysResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/public-keys";
    static constexpr auto kBody = R"({"manufacturerName":"Acme","pem":"GOOD KEY"})";
};

TEST_F(PublicKeysResource, AreFiledShownAndRevoked) {
    world_.create_product();
    const auto made = call(Post, kPath, kBody);
    ASSERT_EQ(made.status, 201) << made.body;
    const auto id = made.text_at("/keyId");
    EXPECT_EQ(made.body, R"({"keyId":")" + id +
                             R"(","manufacturerName":"Acme","algorithm":"ed25519","fingerprint":")" +
                             fakes::sha256_of("GOOD KEY") +
                             R"(","pem":"GOOD KEY","createdAt":"2023-11-14T22:13:20.000Z","revokedAt":null})");
    const auto path = std::string(kPath) + "/" + id;
    EXPECT_EQ(call(Get, path).body, made.body);
    world_.clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(call(Get, path + "/uses").body, R"({"packages":[],"runningTasks":[],"more":false})");
    const auto revoked = call(Delete, path);
    EXPECT_EQ(revoked.status, 200);
    EXPECT_EQ(revoked.body,
              R"({"keyId":")" + id + R"(","fingerprint":")" + fakes::sha256_of("GOOD KEY") +
                  R"(","revokedAt":"2023-11-14T22:13:21.000Z","packages":[],"runningTasks":[],"more":false})");
    EXPECT_EQ(call(Get, path).text_at("/revokedAt"), "2023-11-14T22:13:21.000Z");
    EXPECT_EQ(call(Get, kPath).json().at("items").size(), 1U);
}

TEST_F(PublicKeysResource, TellWhenTheyAreRevokedWhatHangsOnThem) {
    const auto product = world_.create_product();
    const auto package = world_.create_package();
    const auto device = world_.create_device({.node_id = "1", .product = product.id});
    const auto task =
        world_.create_task({.name = "spring", .package = package.id, .targets = {.devices = {device.id}}});
    const auto path =
        std::string(kPath) + "/" + call(Get, kPath).json().at("items").at(0).at("keyId").get<std::string>();
    const auto uses = R"("packages":[{"fileId":")" + package.id.str() +
                      R"(","name":"wm.bin","deviceType":"WaterMeter","model":"WM-1","version":"V2.0"}],)" +
                      R"("runningTasks":[{"taskId":")" + task.id.str() + R"(","name":"spring","fileId":")" +
                      package.id.str() + R"(","state":"wait"}],"more":false})";
    EXPECT_EQ(call(Get, path + "/uses").body, "{" + uses);
    const auto revoked = call(Delete, path);
    EXPECT_EQ(revoked.status, 200);
    EXPECT_TRUE(revoked.body.ends_with(uses)) << revoked.body;
    EXPECT_EQ(refused(Get, std::string(kPath) + "/" + kNobody + "/uses"), "404 public_key.not_found");
}

TEST_F(PublicKeysResource, AreRefusedWithTheRule) {
    EXPECT_EQ(refused(Post, kPath, kBody), "400 public_key.manufacturer_unknown manufacturerName");
    world_.create_product();
    EXPECT_EQ(refused(Post, kPath, R"({"manufacturerName":"Acme","pem":"x"})"), "400 public_key.malformed pem");
    EXPECT_EQ(refused(Post, kPath, R"({"manufacturerName":"Acme"})"), "400 request.field.missing pem");
    EXPECT_EQ(refused(Post, kPath, R"({"manufacturername":"Acme","pem":"x"})"),
              "400 request.field.missing manufacturerName");
    ASSERT_EQ(call(Post, kPath, kBody).status, 201);
    EXPECT_EQ(refused(Post, kPath, kBody), "409 public_key.duplicate");
}

TEST_F(PublicKeysResource, AreNotFoundByForeignIds) {
    for (const auto& id : {kNobody, std::string("nonsense")}) {
        EXPECT_EQ(refused(Get, std::string(kPath) + "/" + id), "404 public_key.not_found");
        EXPECT_EQ(refused(Delete, std::string(kPath) + "/" + id), "404 public_key.not_found");
    }
}

}  // namespace
}  // namespace cellwise::rest
