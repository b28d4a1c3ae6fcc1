// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class DevicesResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/devices";
    domain::Product product_ = world_.create_product();

    std::string body(const nlohmann::json& changes = nlohmann::json::object()) const {
        nlohmann::json whole{{"nodeId", "urn:imei:1"}, {"name", "kitchen"}, {"productId", product_.id.str()}};
        whole.merge_patch(changes);
        return whole.dump();
    }
    void register_device(const DeviceId& device, Duration lifetime) {
        world_.store.put([&](ports::Transaction& tx) {
            return tx.registrations().save({.id = *RegistrationId::parse(kNobody),
                                            .device = device,
                                            .binding = domain::Binding::UdpQueue,
                                            .expires_at = world_.clock.now() + lifetime,
                                            .last_heard_at = world_.clock.now(),
                                            .radio = {.cell = domain::CellId{"4242"}, .rsrp_dbm = -97}});
        });
    }
};

TEST_F(DevicesResource, AreCreatedAndShown) {
    const auto made = call(Post, kPath, body());
    ASSERT_EQ(made.status, 201) << made.body;
    const auto id = made.text_at("/deviceId");
    EXPECT_TRUE(DeviceId::parse(id));
    const auto row =
        R"({"deviceId":")" + id + R"(","nodeId":"urn:imei:1","name":"kitchen","appId":null,"productId":")" +
        product_.id.str() +
        R"(","deviceInfo":{"manufacturerId":"acme-id","manufacturerName":"Acme","deviceType":"WaterMeter",)"
        R"("model":"WM-1","protocolType":"LWM2M"},"softwareVersion":null,"status":"inactive",)"
        R"("createdAt":"2023-11-14T22:13:20.000Z","lastSeenAt":null)";
    EXPECT_EQ(made.body, row + R"(,"registration":null,"radio":null,"cellId":null,"runningJob":null})");
    EXPECT_EQ(call(Get, std::string(kPath) + "/" + id).body, made.body);
    EXPECT_EQ(call(Get, kPath).body, R"({"items":[)" + row + R"(}],"nextCursor":null})");
}

TEST_F(DevicesResource, TakeTheirProductByName) {
    const auto made = call(Post, kPath,
                           R"({"nodeId":"1","deviceInfo":{"manufacturerName":"Acme","deviceType":"WaterMeter",)"
                           R"("model":"WM-1"}})");
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text_at("/productId"), product_.id.str());
}

TEST_F(DevicesResource, AreRefusedByField) {
    EXPECT_EQ(refused(Post, kPath, body({{"nodeId", nullptr}})), "400 request.field.missing nodeId");
    EXPECT_EQ(refused(Post, kPath, body({{"nodeId", ""}})), "400 request.field.missing nodeId");
    EXPECT_EQ(refused(Post, kPath, body({{"nodeId", std::string(257, '1')}})), "400 text.invalid nodeId");
    EXPECT_EQ(refused(Post, kPath, body({{"name", "a\nb"}})), "400 text.invalid name");
    EXPECT_EQ(refused(Post, kPath, body({{"productId", nullptr}})), "400 request.field.missing productId");
    EXPECT_EQ(refused(Post, kPath, body({{"productId", "x"}})), "400 request.field.invalid productId");
    EXPECT_EQ(refused(Post, kPath, body({{"productId", kNobody}})), "400 device.product.unknown productId");
    EXPECT_EQ(refused(Post, kPath, body({{"deviceInfo", {{"model", "x"}}}})),
              "400 request.field.missing deviceInfo.manufacturerName");
    EXPECT_EQ(refused(Post, kPath,
                      body({{"deviceInfo", {{"manufacturerName", "a"}, {"deviceType", "b"}, {"model", "c"}}}})),
              "400 device.product.twice deviceInfo");
    EXPECT_EQ(refused(Post, kPath, body({{"appId", kNobody}})), "400 device.app.unknown appId");
    EXPECT_EQ(refused(Post, kPath, body({{"psk", "00112233"}})), "400 device.secret.unsupported psk");
    EXPECT_EQ(refused(Post, kPath, body({{"nodeid", "2"}})), "400 request.field.unknown nodeid");
    ASSERT_EQ(call(Post, kPath, body()).status, 201);
    EXPECT_EQ(refused(Post, kPath, body()), "409 device.node_id.duplicate");
}

TEST_F(DevicesResource, BearASecretThatNobodyIsShownAndACell) {
    const auto made = call(Post, kPath, body({{"secret", "correct-horse_9"}, {"cellId", "4242"}}));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text_at("/cellId"), "4242");
    EXPECT_EQ(made.body.find("correct"), std::string::npos);
    const auto path = std::string(kPath) + "/" + made.text_at("/deviceId");
    EXPECT_EQ(call(Patch, path, R"({"cellId":"77"})").text_at("/cellId"), "77");
    EXPECT_EQ(call(Patch, path, R"({"cellId":""})").at("/cellId"), "null");
    EXPECT_EQ(refused(Patch, path, R"({"cellId":"a\tb"})"), "400 text.invalid cellId");
    EXPECT_EQ(refused(Patch, path, body({{"secret", "short"}, {"nodeId", nullptr}, {"productId", nullptr}})),
              "400 device.field.invalid secret");
    EXPECT_EQ(refused(Post, kPath, body({{"nodeId", "2"}, {"cellId", std::string(33, '1')}})),
              "400 text.invalid cellId");
}

TEST_F(DevicesResource, TellWhereTheyStand) {
    const auto device = world_.create_device({.node_id = "1", .product = product_.id});
    register_device(device.id, std::chrono::hours(1));
    const auto path = std::string(kPath) + "/" + device.id.str();
    const auto shown = call(Get, path);
    EXPECT_EQ(shown.text_at("/status"), "online");
    EXPECT_EQ(
        shown.at("/registration"),
        R"({"binding":"UQ","cell":"4242","expiresAt":"2023-11-14T23:13:20.000Z",)"
        R"("lastHeardAt":"2023-11-14T22:13:20.000Z","live":true,"observed":false,"rsrpDbm":-97.0,"sinrDb":null})");
    world_.clock.advance(std::chrono::hours(2));
    EXPECT_EQ(call(Get, path).at("/registration/live"), "false");
    EXPECT_EQ(call(Get, path).text_at("/status"), "online");
    world_.clock.advance(std::chrono::hours(24));
    EXPECT_EQ(call(Get, path).text_at("/status"), "offline");
}

TEST_F(DevicesResource, NameTheUpgradeThatRuns) {
    const auto device = world_.create_device({.node_id = "1", .product = product_.id});
    const auto package = world_.create_package();
    const auto task = world_.create_task({.name = "t", .package = package.id, .targets = {.devices = {device.id}}});
    world_.clock.advance(std::chrono::seconds(10));
    world_.tasks.tick();
    const auto path = std::string(kPath) + "/" + device.id.str();
    EXPECT_EQ(call(Get, path).text_at("/runningJob/taskId"), task.id.str());
    EXPECT_EQ(call(Get, path).text_at("/runningJob/state"), "waiting_online");
    EXPECT_EQ(refused(Delete, path), "409 device.upgrading");
}

TEST_F(DevicesResource, AreFilteredByWhatIsAskedFor) {
    const auto app = world_.create_application("billing").application.id;
    const auto other = world_.create_product("WM-2").id;
    const auto first = world_.create_device({.node_id = "urn:imei:1", .product = product_.id});
    world_.create_device({.app = app, .node_id = "urn:imei:2", .product = product_.id});
    world_.create_device({.node_id = "4711", .product = other});
    const auto group = world_.must<domain::Group>(
        [&](auto done) { world_.groups.create({.name = "g", .devices = {first.id}}, std::move(done)); });
    const auto count = [&](const std::string& query) {
        const auto answer = call(Get, kPath + query);
        return answer.status == 200 ? answer.json().at("items").size() : 999;
    };
    EXPECT_EQ(count(""), 3U);
    EXPECT_EQ(count("?productId=" + other.str()), 1U);
    EXPECT_EQ(count("?nodeId=urn:imei:"), 2U);
    EXPECT_EQ(count("?appId=" + app.str()), 1U);
    EXPECT_EQ(count("?groupId=" + group.id.str()), 1U);
    EXPECT_EQ(refused(Get, std::string(kPath) + "?productId=x"), "400 request.query.invalid productId");
}

TEST_F(DevicesResource, AreRenamed) {
    const auto device = world_.create_device({.node_id = "1", .product = product_.id});
    const auto path = std::string(kPath) + "/" + device.id.str();
    const auto changed = call(Patch, path, R"({"name":"cellar"})");
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.text_at("/name"), "cellar");
    EXPECT_EQ(call(Get, path).body, changed.body);
    EXPECT_EQ(refused(Patch, path, R"({"nodeId":"2"})"), "400 request.field.unknown nodeId");
    EXPECT_EQ(refused(Patch, path, R"({"name":" "})"), "400 text.invalid name");
}

TEST_F(DevicesResource, AreDeleted) {
    const auto device = world_.create_device({.node_id = "1", .product = product_.id});
    const auto path = std::string(kPath) + "/" + device.id.str();
    EXPECT_EQ(call(Delete, path).status, 204);
    EXPECT_EQ(refused(Get, path), "404 device.not_found");
    EXPECT_EQ(refused(Patch, path, "{}"), "404 device.not_found");
    EXPECT_EQ(refused(Delete, std::string(kPath) + "/nonsense"), "404 device.not_found");
}

TEST_F(DevicesResource, AreFoundByVersionPresenceAndName) {
    const auto one = world_.create_device({.node_id = "1", .name = "pump north", .product = product_.id}).id;
    world_.create_device({.node_id = "2", .name = "valve", .product = product_.id});
    world_.store.put(
        [&](ports::Transaction& tx) { return tx.devices().record_version(one, *domain::Version::parse("V1.0")); });
    register_device(one, std::chrono::hours(1));
    const auto found = [this](const std::string& query) {
        std::string ids;
        const auto page = call(Get, std::string(kPath) + query).json();
        for (const auto& item : page.at("items")) {
            ids += item.at("nodeId").get<std::string>();
        }
        return ids;
    };
    EXPECT_EQ(found("?softwareVersion=V1.0"), "1");
    EXPECT_EQ(found("?softwareVersion=V9"), "");
    EXPECT_EQ(found("?status=online"), "1");
    EXPECT_EQ(found("?status=inactive"), "2");
    EXPECT_EQ(found("?status=offline"), "");
    EXPECT_EQ(found("?name=pump"), "1");
    EXPECT_EQ(found("?name=pump&status=inactive"), "");
    EXPECT_EQ(refused(Get, std::string(kPath) + "?status=ONLINE"), "400 request.query.invalid status");
    EXPECT_EQ(refused(Get, std::string(kPath) + "?softwareVersion=" + std::string(17, 'V')),
              "400 request.query.invalid softwareVersion");
}

}  // namespace
}  // namespace cellwise::rest
