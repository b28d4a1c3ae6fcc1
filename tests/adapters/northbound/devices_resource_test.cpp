// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class NorthboundDevices : public NorthboundFixture {
 protected:
    static constexpr auto kPath = "/iocm/app/dm/v1.4.0/devices";
    domain::Product product_ = world_.create_product();
    domain::Device device_ =
        world_.create_device({.app = app_, .node_id = "1", .name = "kitchen", .product = product_.id});
    std::string path_ = std::string(kPath) + "/" + device_.id.str();

    std::optional<domain::Device> stored() {
        return world_.store.get([&](ports::Transaction& tx) { return tx.devices().find(device_.id); });
    }
};

TEST_F(NorthboundDevices, AreShown) {
    const auto shown = call(Get, path_ + "?appId=" + app_.str());
    const auto expected =
        R"({"deviceId":")" + device_.id.str() + R"(","gatewayId":")" + device_.id.str() +
        R"(","nodeType":"ENDPOINT","createTime":"20231114T221320Z","lastModifiedTime":null,"deviceInfo":{"nodeId":"1",)"
        R"("name":"kitchen","manufacturerId":"acme-id","manufacturerName":"Acme","deviceType":"WaterMeter",)"
        R"("model":"WM-1","protocolType":"LWM2M","swVersion":null,"fwVersion":null,"status":"INACTIVE",)"
        R"("statusDetail":"NOT_ACTIVE","signalStrength":null,"mute":null,"location":null,"region":null,)"
        R"("timezone":null,"organization":null,"imsi":null,"endUserId":null,"isSecurity":"FALSE","tags":null},)"
        R"("services":[]})";
    EXPECT_EQ(shown.body, expected);
    EXPECT_EQ(call(Get, kPath).body,
              R"({"pageNo":0,"pageSize":25,"totalCount":1,"totalSize":1,"devices":[)" + expected + "]}");
}

TEST_F(NorthboundDevices, AreOnlineFor25HoursAfterTheyWereHeard) {
    world_.store.put([&](ports::Transaction& tx) {
        return tx.registrations().save({.id = *RegistrationId::parse(kNobody),
                                        .device = device_.id,
                                        .expires_at = world_.clock.now(),
                                        .last_heard_at = world_.clock.now(),
                                        .radio = {.rsrp_dbm = -97.4}});
    });
    EXPECT_EQ(call(Get, path_).text_at("/deviceInfo/status"), "ONLINE");
    EXPECT_EQ(call(Get, path_).text_at("/deviceInfo/signalStrength"), "-97");
    world_.clock.advance(std::chrono::minutes(6));
    EXPECT_EQ(call(Get, path_).text_at("/deviceInfo/status"), "ABNORMAL") << "it never confirmed its observation";
    EXPECT_EQ(call(Get, path_).text_at("/deviceInfo/statusDetail"), "COMMUNICATION_ERROR");
    world_.clock.advance(std::chrono::hours(26));
    token_ = login(application_);
    EXPECT_EQ(call(Get, path_).text_at("/deviceInfo/status"), "OFFLINE");
}

TEST_F(NorthboundDevices, ArePaged) {
    for (int i = 0; i < 30; ++i) world_.create_device({.app = app_, .node_id = "n" + std::to_string(i)});
    EXPECT_EQ(call(Get, kPath).json().at("devices").size(), 25U);
    EXPECT_EQ(call(Get, std::string(kPath) + "?pageNo=1").json().at("devices").size(), 6U);
    EXPECT_EQ(call(Get, std::string(kPath) + "?pageSize=250").json().at("devices").size(), 31U);
    EXPECT_EQ(refused(Get, std::string(kPath) + "?pageSize=251"), "400 50400");
}

TEST_F(NorthboundDevices, AreFilteredByWhatHasAnIndex) {
    const auto other = world_.create_product("WM-2").id;
    for (int i = 0; i < 3; ++i) {
        world_.create_device({.app = app_, .node_id = "n" + std::to_string(i), .product = other});
    }
    world_.create_device({.app = app_, .node_id = "bare"});
    world_.create_device({.node_id = "theirs", .product = other});
    const auto count = [&](const std::string& query) {
        const auto page = call(Get, kPath + ("?" + query));
        EXPECT_EQ(page.at("/totalCount"), page.at("/totalSize"));
        const auto shown = page.json().at("devices").size();
        return page.at("/totalCount") + '/' + std::to_string(shown);
    };
    EXPECT_EQ(count("model=WM-2"), "3/3");
    EXPECT_EQ(count("manufacturerName=Acme"), "4/4");
    EXPECT_EQ(count("manufactureName=Acme&deviceType=WaterMeter&model=WM-1"), "1/1");
    EXPECT_EQ(count("deviceType=GasMeter"), "0/0");
    EXPECT_EQ(count("protocolType=LWM2M&pageSize=2"), "4/2");
    EXPECT_EQ(count("protocolType=LWM2M&pageSize=3&pageNo=1"), "4/1");
    EXPECT_EQ(count("protocolType=LWM2M&pageNo=9"), "4/0");
    EXPECT_EQ(count("productId=" + other.str()), "3/3");
    EXPECT_EQ(count("nodeId=n1"), "1/1");
    EXPECT_EQ(count("nodeId=n1&model=WM-1"), "0/0");
    EXPECT_EQ(count("nodeId=theirs"), "0/0");
    EXPECT_EQ(count("gatewayId=" + device_.id.str()), "1/1");
    EXPECT_EQ(count("gatewayId=nonsense"), "0/0");
    EXPECT_EQ(count("nodeType=GATEWAY"), "0/0");
    EXPECT_EQ(count("nodeType=ENDPOINT"), "5/5");
    EXPECT_EQ(refused(Get, std::string(kPath) + "?status=ONLINE"), "400 50400");
}

TEST_F(NorthboundDevices, AreTheCallersOnly) {
    become("other");
    EXPECT_EQ(refused(Get, path_), "404 100403");
    EXPECT_EQ(refused(Put, path_, R"({"name":"mine"})"), "404 100403");
    EXPECT_EQ(refused(Put, path_, R"({"model":"mine"})"), "404 100403");
    EXPECT_EQ(refused(Delete, path_), "404 100403");
    EXPECT_EQ(call(Get, kPath).at("/totalCount"), "0");
    EXPECT_EQ(stored(), device_);
}

TEST_F(NorthboundDevices, AreChangedWithA204) {
    const auto other = world_.create_product("WM-2").id;
    const auto changed =
        call(Put, path_, R"({"name":"cellar","model":"WM-2","mute":"TRUE","location":null,"protocolType":"CoAP"})");
    EXPECT_EQ(changed.status, 204) << changed.body;
    EXPECT_EQ(changed.body, "");
    EXPECT_EQ(stored()->name, "cellar");
    EXPECT_EQ(stored()->product, other);
}

TEST_F(NorthboundDevices, KeepEveryFieldOfAChange) {
    EXPECT_EQ(call(Put, path_,
                   R"({"mute":"TRUE","location":"west","region":"north","timezone":"Asia/Shanghai","imsi":"46000",)"
                   R"("organization":"works","endUser":"user","psk":"00112233","isSecure":true,"manufacturerId":"x",)"
                   R"("protocolType":"CoAP","tags":[1]})")
                  .status,
              204);
    const auto info = call(Get, path_).json().at("deviceInfo");
    EXPECT_EQ(info.at("mute"), "TRUE");
    EXPECT_EQ(info.at("location"), "west");
    EXPECT_EQ(info.at("region"), "north");
    EXPECT_EQ(info.at("timezone"), "Asia/Shanghai");
    EXPECT_EQ(info.at("imsi"), "46000");
    EXPECT_EQ(info.at("organization"), "works");
    EXPECT_EQ(info.at("endUserId"), "user");
    EXPECT_EQ(info.at("isSecurity"), "TRUE");
    EXPECT_EQ(info.at("manufacturerId"), "x");
    EXPECT_EQ(info.at("protocolType"), "CoAP");
    EXPECT_EQ(info.at("tags").dump(), "[1]");
    EXPECT_EQ(info.dump().find("00112233"), std::string::npos);
    EXPECT_EQ(refused(Put, path_, R"({"mute":"maybe"})"), "400 50400");
    EXPECT_EQ(refused(Put, path_, R"({"psk":"xyz"})"), "400 50400");
    EXPECT_EQ(refused(Put, path_, R"({"tags":"x"})"), "400 50400");
}

TEST_F(NorthboundDevices, GetTheirProductAfterwards) {
    const auto bare = world_.create_device({.app = app_, .node_id = "2"});
    const auto path = std::string(kPath) + "/" + bare.id.str();
    EXPECT_EQ(
        call(Put, path,
             R"({"manufacturerId":"acme-id","manufacturerName":"Acme","deviceType":"WaterMeter","model":"WM-1"})")
            .status,
        204);
    EXPECT_EQ(call(Get, path).text_at("/deviceInfo/model"), "WM-1");
}

TEST_F(NorthboundDevices, RefuseAChangeWithTheVendorsCodes) {
    EXPECT_EQ(refused(Put, path_, "{"), "400 100007");
    EXPECT_EQ(refused(Put, path_, R"({"name":7})"), "400 50400");
    EXPECT_EQ(refused(Put, path_, R"({"protocolType":"SMTP"})"), "400 50400");
    EXPECT_EQ(refused(Put, path_, R"({"model":"WM-9"})"), "403 600002");
    EXPECT_EQ(refused(Put, std::string(kPath) + "/nonsense", "{}"), "404 100403");
    EXPECT_EQ(call(Put, path_, "{}").status, 204);
    EXPECT_EQ(stored(), device_);
}

TEST_F(NorthboundDevices, AreDeletedWithA204) {
    const auto erased = call(Delete, path_ + "?cascade=true");
    EXPECT_EQ(erased.status, 204);
    EXPECT_EQ(erased.body, "");
    EXPECT_EQ(refused(Get, path_), "404 100403");
    EXPECT_EQ(refused(Delete, path_), "404 100403");
}

TEST_F(NorthboundDevices, AreKeptWhileTheirUpgradeRuns) {
    const auto package = world_.create_package();
    world_.create_task({.app = app_, .package = package.id, .targets = {.devices = {device_.id}}});
    world_.clock.advance(std::chrono::seconds(10));
    world_.tasks.tick();
    EXPECT_EQ(refused(Delete, path_), "409 190002");
}

}  // namespace
}  // namespace cellwise::northbound
