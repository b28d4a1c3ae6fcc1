// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class CredentialsResource : public NorthboundFixture {
 protected:
    static constexpr auto kPath = "/iocm/app/reg/v1.1.0/deviceCredentials";
    domain::Product product_ = world_.create_product();

    std::string target() const { return std::string(kPath) + "?appId=" + app_.str(); }
    std::optional<domain::Device> stored(const std::string& node_id) {
        return world_.store.get([&](ports::Transaction& tx) { return tx.devices().find_by_node_id(node_id); });
    }
};

TEST_F(CredentialsResource, RegisterADeviceByItsNodeIdAlone) {
    const auto made = call(Post, target(), R"({"nodeId":"860000000000001","timeout":300,"endUserId":null})");
    ASSERT_EQ(made.status, 200) << made.body;
    const auto id = made.text_at("/deviceId");
    EXPECT_TRUE(DeviceId::parse(id));
    EXPECT_EQ(made.body, R"({"deviceId":")" + id + R"(","verifyCode":"860000000000001","timeout":0,"psk":null})");
    const auto device = stored("860000000000001");
    ASSERT_TRUE(device);
    EXPECT_EQ(device->app, app_);
    EXPECT_TRUE(device->product.empty());
}

TEST_F(CredentialsResource, RegisterADeviceOfAProduct) {
    const auto by_id =
        call(Post, target(),
             R"({"nodeId":"1","verifyCode":"abc","psk":"00112233","deviceName":"kitchen","productId":")" +
                 product_.id.str() + "\"}");
    ASSERT_EQ(by_id.status, 200) << by_id.body;
    EXPECT_EQ(by_id.text_at("/verifyCode"), "abc");
    EXPECT_EQ(by_id.text_at("/psk"), "00112233");
    EXPECT_EQ(stored("1")->product, product_.id);
    EXPECT_EQ(stored("1")->name, "kitchen");
    const auto by_name = call(Post, target(),
                              R"({"nodeId":"2","deviceInfo":{"manufactureName":"Acme","manufacturerId":"acme-id",)"
                              R"("deviceType":"WaterMeter","model":"WM-1","protocolType":"LWM2M"}})");
    ASSERT_EQ(by_name.status, 200) << by_name.body;
    EXPECT_EQ(stored("2")->product, product_.id);
}

TEST_F(CredentialsResource, AreRefusedWithTheVendorsCodes) {
    EXPECT_EQ(refused(Post, target(), "{"), "400 100007");
    EXPECT_EQ(refused(Post, target(), "{}"), "400 50400");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":7})"), "400 50400");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":")" + std::string(257, 'x') + "\"}"), "400 50400");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","psk":"short"})"), "400 50400");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","psk":"0011223g"})"), "400 50400");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","productId":")" + kNobody + "\"}"), "403 600002");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","productId":"nonsense"})"), "403 600002");
    EXPECT_EQ(refused(Post, target(),
                      R"({"nodeId":"1","deviceInfo":{"manufacturerName":"a","deviceType":"b","model":"c"}})"),
              "403 600002");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","isSecure":true,"psk":"00112233"})"), "501 190003");
    ASSERT_EQ(call(Post, target(), R"({"nodeId":"1"})").status, 200);
    const auto again = call(Post, target(), R"({"nodeId":"1"})");
    EXPECT_EQ(again.status, 400);
    EXPECT_EQ(again.body, R"({"error_code":"100426","error_desc":"The nodeId is duplicated."})");
}

TEST_F(CredentialsResource, TellWhetherADeviceWasEverHeard) {
    const auto id = call(Post, target(), R"({"nodeId":"1","deviceName":"kitchen"})").text_at("/deviceId");
    const auto path = std::string(kPath) + "/" + id;
    EXPECT_EQ(call(Get, path).body, R"({"deviceId":")" + id + R"(","activated":false,"name":"kitchen"})");
    world_.store.put([&](ports::Transaction& tx) {
        return tx.registrations().save({.id = *RegistrationId::parse(kNobody),
                                        .device = *DeviceId::parse(id),
                                        .expires_at = world_.clock.now(),
                                        .last_heard_at = world_.clock.now()});
    });
    EXPECT_EQ(call(Get, path).at("/activated"), "true");
    become("other");
    EXPECT_EQ(refused(Get, path), "404 100403");
}

}  // namespace
}  // namespace cellwise::northbound
