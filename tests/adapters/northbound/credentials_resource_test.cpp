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
    EXPECT_EQ(made.body, R"({"deviceId":")" + id + R"(","verifyCode":"860000000000001","timeout":300,"psk":null})");
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
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","verifyCode":""})"), "400 100003");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","timeout":-1})"), "400 50400");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","timeout":2147483648})"), "400 50400");
    EXPECT_EQ(refused(Post, target(), R"({"nodeId":"1","tags":{}})"), "400 50400");
    ASSERT_EQ(call(Post, target(), R"({"nodeId":"1"})").status, 200);
    const auto again = call(Post, target(), R"({"nodeId":"1"})");
    EXPECT_EQ(again.status, 400);
    EXPECT_EQ(again.body, R"({"error_code":"100426","error_desc":"The nodeId is duplicated."})");
}

TEST_F(CredentialsResource, KeepEveryFieldOfARegistration) {
    const auto made =
        call(Post, target(),
             R"({"nodeId":"1","verifyCode":"abc","endUserId":"user","imsi":"460001234567890","isSecure":true,)"
             R"("psk":"00112233445566778899aabbccddeeff","timeout":0,"deviceName":"kitchen",)"
             R"("deviceInfo":{"manufacturerId":"acme-id","protocolType":"LWM2M"},"location":"west",)"
             R"("tags":[{"tagName":"floor","tagValue":"2"}]})");
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(made.text_at("/psk"), "00112233445566778899aabbccddeeff");
    const auto shown = call(Get, "/iocm/app/dm/v1.4.0/devices/" + made.text_at("/deviceId"));
    EXPECT_EQ(shown.text_at("/deviceInfo/endUserId"), "user");
    EXPECT_EQ(shown.text_at("/deviceInfo/imsi"), "460001234567890");
    EXPECT_EQ(shown.text_at("/deviceInfo/isSecurity"), "TRUE");
    EXPECT_EQ(shown.text_at("/deviceInfo/manufacturerId"), "acme-id");
    EXPECT_EQ(shown.text_at("/deviceInfo/protocolType"), "LWM2M");
    EXPECT_EQ(shown.text_at("/deviceInfo/location"), "west");
    EXPECT_EQ(shown.at("/deviceInfo/tags"), R"([{"tagName":"floor","tagValue":"2"}])");
    EXPECT_EQ(shown.body.find("00112233"), std::string::npos) << "a secret is told once";
}

TEST_F(CredentialsResource, MakeUpThePskOfASecureDevice) {
    const auto made = call(Post, target(), R"({"nodeId":"1","isSecure":true})");
    EXPECT_EQ(made.text_at("/psk").size(), 32U) << made.body;
    EXPECT_EQ(made.header("Cache-Control"), "no-store");
}

TEST_F(CredentialsResource, RegisterADeviceBySecret) {
    const std::string path = "/iocm/app/reg/v2.0.0/deviceCredentials";
    const auto made = call(Post, path, R"({"deviceInfo":{"nodeId":"m1","name":"pump"},"timeout":60})");
    ASSERT_EQ(made.status, 200) << made.body;
    const auto id = made.text_at("/deviceId");
    const auto secret = made.text_at("/secret");
    EXPECT_EQ(secret.size(), 32U);
    EXPECT_EQ(made.body, R"({"deviceId":")" + id + R"(","secret":")" + secret + R"(","timeout":60,"psk":null})");
    EXPECT_EQ(stored("m1")->name, "pump");
    const auto kept =
        world_.store.get([&](ports::Transaction& tx) { return tx.devices().find_details(*DeviceId::parse(id)); });
    EXPECT_EQ(world_.secrets.open(kept->sealed_secret, id).value(), secret);
    const auto another = call(Put, path + "/" + id, "{}");
    EXPECT_EQ(another.status, 200);
    EXPECT_NE(another.text_at("/secret"), secret);
    EXPECT_EQ(call(Put, path + "/" + id, R"({"secret":"chosen-by-us"})").body, R"({"secret":"chosen-by-us"})");
    EXPECT_EQ(refused(Put, path + "/" + id, R"({"secret":"short"})"), "400 50400");
    EXPECT_EQ(refused(Post, path, R"({"nodeId":"m1"})"), "400 100426");
}

TEST_F(CredentialsResource, AreChangedOnlyWhileTheDeviceIsOffline) {
    const auto id = call(Post, target(), R"({"nodeId":"1"})").text_at("/deviceId");
    const auto path = std::string(kPath) + "/" + id;
    EXPECT_EQ(call(Put, path, R"({"timeout":90})").body, R"({"verifyCode":"1","timeout":90})");
    EXPECT_EQ(call(Put, path, R"({"verifyCode":"4711","nodeId":"2"})").body, R"({"verifyCode":"4711","timeout":90})");
    EXPECT_TRUE(stored("2"));
    EXPECT_EQ(refused(Put, path, R"({"verifyCode":""})"), "400 100003");
    EXPECT_EQ(refused(Put, std::string(kPath) + "/" + kNoDevice, "{}"), "404 100403");
    world_.store.put([&](ports::Transaction& tx) {
        return tx.registrations().save({.id = *RegistrationId::parse(kNobody),
                                        .device = *DeviceId::parse(id),
                                        .expires_at = world_.clock.now(),
                                        .last_heard_at = world_.clock.now()});
    });
    const auto refused_online = call(Put, path, R"({"verifyCode":"x"})");
    EXPECT_EQ(refused_online.status, 400);
    EXPECT_EQ(refused_online.body, R"({"error_code":"100416","error_desc":"The device has already been binded."})");
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
