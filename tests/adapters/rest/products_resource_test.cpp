// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class ProductsResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/products";
    /// A product's JSON with some members changed: null takes one away.
    static std::string body(const nlohmann::json& changes = nlohmann::json::object()) {
        nlohmann::json whole{
            {"manufacturerId", "acme-id"}, {"manufacturerName", "Acme"},
            {"deviceType", "WaterMeter"},  {"model", "WM-1"},
            {"protocolType", "LWM2M"},     {"softwareUpgrade", {{"supported", true}, {"protocol", "PCP"}}}};
        whole.merge_patch(changes);
        return whole.dump();
    }
};

TEST_F(ProductsResource, AreCreatedAndShown) {
    const auto made = call(Post, kPath, body());
    ASSERT_EQ(made.status, 201) << made.body;
    const auto id = made.text_at("/productId");
    EXPECT_EQ(
        made.body,
        R"({"productId":")" + id +
            R"(","manufacturerId":"acme-id","manufacturerName":"Acme","deviceType":"WaterMeter",)"
            R"("model":"WM-1","protocolType":"LWM2M","softwareUpgrade":{"supported":true,)"
            R"("protocol":"PCP","checkCodeAlwaysZero":false},"mqtt":null,"createdAt":"2023-11-14T22:13:20.000Z"})");
    EXPECT_EQ(call(Get, std::string(kPath) + "/" + id).body, made.body);
    EXPECT_EQ(call(Get, kPath).body, R"({"items":[)" + made.body + R"(],"nextCursor":null})");
}

TEST_F(ProductsResource, DoNotSupportUpgradesUnlessTold) {
    const auto made = call(Post, kPath, body({{"softwareUpgrade", nullptr}}));
    EXPECT_EQ(made.at("/softwareUpgrade/supported"), "false");
}

TEST_F(ProductsResource, NeedPcpUnlessTheySpeakMqtt) {
    const nlohmann::json other{{"softwareUpgrade", {{"protocol", "FOTA"}}}};
    EXPECT_EQ(refused(Post, kPath, body(other)), "400 request.field.invalid softwareUpgrade.protocol");
    auto mqtt = other;
    mqtt["protocolType"] = "MQTT";
    const auto made = call(Post, kPath, body(mqtt));
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.at("/softwareUpgrade/protocol"), "null");
}

TEST_F(ProductsResource, SayWhatDiffersBetweenMqttDevices) {
    const auto made = call(
        Post, kPath, body({{"protocolType", "MQTT"}, {"mqtt", {{"radioService", "Net"}, {"rangesFromOne", true}}}}));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.at("/mqtt"), R"({"cellId":"cellId","radioService":"Net","rangesFromOne":true,"rsrp":"rsrp",)"
                                R"("sendsFileName":true,"sendsSign":true,"sinr":"sinr"})");
    const auto path = std::string(kPath) + "/" + made.text_at("/productId");
    const auto changed = call(Patch, path, R"({"mqtt":{"sendsSign":false,"rsrp":"power"}})");
    EXPECT_EQ(changed.at("/mqtt/sendsSign"), "false");
    EXPECT_EQ(changed.text_at("/mqtt/rsrp"), "power");
    EXPECT_EQ(changed.text_at("/mqtt/radioService"), "Net");
    EXPECT_EQ(refused(Patch, path, R"({"mqtt":{"rsrp":""}})"), "400 text.invalid mqtt.rsrp");
    EXPECT_EQ(refused(Patch, path, R"({"mqtt":{"rsp":"x"}})"), "400 request.field.unknown mqtt.rsp");
    EXPECT_EQ(refused(Post, kPath, body({{"model", "other"}, {"mqtt", {{"rsrp", "x"}}}})),
              "400 product.mqtt.unused mqtt");
}

TEST_F(ProductsResource, AreRefusedByField) {
    for (const char* field : {"manufacturerId", "manufacturerName", "deviceType", "model", "protocolType"}) {
        EXPECT_EQ(refused(Post, kPath, body({{field, nullptr}})), std::string("400 request.field.missing ") + field);
        EXPECT_EQ(refused(Post, kPath, body({{field, 7}})), std::string("400 request.field.type ") + field);
    }
    EXPECT_EQ(refused(Post, kPath, body({{"model", std::string(129, 'x')}})), "400 text.invalid model");
    EXPECT_EQ(refused(Post, kPath, body({{"model", " x"}})), "400 text.invalid model");
    EXPECT_EQ(refused(Post, kPath, body({{"protocolType", "lwm2m"}})), "400 request.field.invalid protocolType");
    const auto misspelt = call(Post, kPath, body({{"devicetyp", "x"}}));
    EXPECT_EQ(refusal(misspelt), "400 request.field.unknown devicetyp");
    EXPECT_NE(misspelt.text_at("/detail").find("did you mean deviceType?"), std::string::npos);
    EXPECT_EQ(refused(Post, kPath, body({{"softwareUpgrade", {{"suported", true}}}})),
              "400 request.field.unknown softwareUpgrade.suported");
}

TEST_F(ProductsResource, AreThereOnce) {
    ASSERT_EQ(call(Post, kPath, body()).status, 201);
    EXPECT_EQ(refused(Post, kPath, body()), "409 product.duplicate");
}

TEST_F(ProductsResource, ChangeButNotTheirIdentity) {
    const auto path = std::string(kPath) + "/" + world_.create_product().id.str();
    const auto changed = call(Patch, path, R"({"manufacturerId":"new","softwareUpgrade":{"supported":false}})");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.text_at("/manufacturerId"), "new");
    EXPECT_EQ(changed.at("/softwareUpgrade/supported"), "false");
    EXPECT_EQ(call(Get, path).body, changed.body);
    for (const char* field : {"manufacturerName", "deviceType", "model", "protocolType"}) {
        EXPECT_EQ(refused(Patch, path, nlohmann::json{{field, "x"}}.dump()),
                  std::string("400 product.identity.fixed ") + field);
    }
}

TEST_F(ProductsResource, AreDeletedWhenUnused) {
    const auto used = world_.create_product("used").id;
    const auto unused = world_.create_product("unused").id;
    world_.create_device({.node_id = "1", .product = used});
    EXPECT_EQ(refused(Delete, std::string(kPath) + "/" + used.str()), "409 product.in_use");
    const auto erased = call(Delete, std::string(kPath) + "/" + unused.str());
    EXPECT_EQ(erased.status, 204);
    EXPECT_EQ(erased.body, "");
    EXPECT_EQ(refused(Get, std::string(kPath) + "/" + unused.str()), "404 product.not_found");
}

TEST_F(ProductsResource, AreNotFoundByForeignIds) {
    for (const auto& id : {kNobody, std::string("nonsense")}) {
        const auto path = std::string(kPath) + "/" + id;
        EXPECT_EQ(refused(Get, path), "404 product.not_found");
        EXPECT_EQ(refused(Patch, path, "{}"), "404 product.not_found");
        EXPECT_EQ(refused(Delete, path), "404 product.not_found");
        EXPECT_EQ(call(Get, path).text_at("/value"), id);
    }
}

}  // namespace
}  // namespace cellwise::rest
