// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class GroupsResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/groups";
    ProductId product_ = world_.create_product().id;
    DeviceId device_ = world_.create_device({.node_id = "1", .product = product_}).id;

    std::size_t members(const std::string& group) {
        return call(Get, "/api/v1/devices?groupId=" + group).json().at("items").size();
    }
};

TEST_F(GroupsResource, AreCreatedShownAndDeleted) {
    const auto made =
        call(Post, kPath, R"({"name":"west","description":"field","deviceIds":[")" + device_.str() + "\"]}");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto id = made.text_at("/groupId");
    EXPECT_EQ(made.body, R"({"groupId":")" + id +
                             R"(","appId":null,"name":"west","description":"field","maxDevices":0,"devices":1,)"
                             R"("createdAt":"2023-11-14T22:13:20.000Z","filter":null})");
    EXPECT_EQ(call(Get, std::string(kPath) + "/" + id).body, made.body);
    EXPECT_EQ(call(Get, kPath).body, R"({"items":[)" + made.body + R"(],"nextCursor":null})");
    EXPECT_EQ(members(id), 1U);
    EXPECT_EQ(call(Delete, std::string(kPath) + "/" + id).status, 204);
    EXPECT_EQ(refused(Get, std::string(kPath) + "/" + id), "404 group.not_found");
}

TEST_F(GroupsResource, AreChangedInPart) {
    const auto id = call(Post, kPath, R"({"name":"west","description":"field"})").text_at("/groupId");
    const auto path = std::string(kPath) + "/" + id;
    const auto changed = call(Patch, path, R"({"name":"east","maxDevices":1})");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.text_at("/name"), "east");
    EXPECT_EQ(changed.text_at("/description"), "field");
    EXPECT_EQ(changed.at("/maxDevices"), "1");
    EXPECT_EQ(call(Get, path).body, changed.body);
    const auto other = world_.create_device({.node_id = "2", .product = product_}).id.str();
    EXPECT_EQ(refused(Post, path + "/members", R"({"deviceIds":[")" + device_.str() + R"(",")" + other + R"("]})"),
              "409 group.full");
    EXPECT_EQ(refused(Patch, path, R"({"name":""})"), "400 text.invalid name");
    EXPECT_EQ(refused(Patch, path, R"({"maxDevices":-1})"), "400 request.field.range maxDevices");
    EXPECT_EQ(refused(Patch, path, R"({"members":[]})"), "400 request.field.unknown members");
    EXPECT_EQ(refused(Patch, std::string(kPath) + "/" + kNobody, "{}"), "404 group.not_found");
}

TEST_F(GroupsResource, GainAndLoseMembers) {
    const auto id = call(Post, kPath, R"({"name":"west"})").text_at("/groupId");
    const auto path = std::string(kPath) + "/" + id + "/members";
    EXPECT_EQ(call(Post, path, R"({"deviceIds":[")" + device_.str() + "\"]}").status, 204);
    EXPECT_EQ(members(id), 1U);
    EXPECT_EQ(call(Delete, path + "/" + device_.str()).status, 204);
    EXPECT_EQ(members(id), 0U);
    EXPECT_EQ(refused(Post, path, "{}"), "400 request.field.missing deviceIds");
    EXPECT_EQ(refused(Post, path, R"({"deviceIds":["x"]})"), "400 request.field.invalid deviceIds");
    EXPECT_EQ(refused(Post, path, R"({"deviceIds":[")" + kNoDevice + "\"]}"), "400 group.device.unknown deviceIds");
    EXPECT_EQ(refused(Delete, path + "/x"), "404 device.not_found");
    EXPECT_EQ(refused(Post, std::string(kPath) + "/" + kNobody + "/members", R"({"deviceIds":[]})"),
              "404 group.not_found");
    nlohmann::json many{{"deviceIds", std::vector<std::string>(1001, device_.str())}};
    EXPECT_EQ(refused(Post, path, many.dump()), "400 request.field.range deviceIds");
}

TEST_F(GroupsResource, AreRefusedByField) {
    EXPECT_EQ(refused(Post, kPath, "{}"), "400 request.field.missing name");
    EXPECT_EQ(refused(Post, kPath, R"({"name":")" + std::string(51, 'x') + "\"}"), "400 text.invalid name");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"a","appId":")" + kNobody + "\"}"), "400 group.app.unknown appId");
    ASSERT_EQ(call(Post, kPath, R"({"name":"a"})").status, 201);
    EXPECT_EQ(refused(Post, kPath, R"({"name":"a"})"), "409 group.duplicate");
}

TEST_F(GroupsResource, ConsistOfWhatAFilterSelects) {
    const auto made = call(Post, kPath,
                           R"({"name":"east","filter":{"productId":")" + product_.str() +
                               R"(","nodeId":"urn:","softwareVersion":"V1.0","status":"inactive"}})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.at("/filter"), R"({"nodeId":"urn:","productId":")" + product_.str() +
                                      R"(","softwareVersion":"V1.0","status":"inactive"})");
    const auto id = made.text_at("/groupId");
    EXPECT_EQ(call(Get, std::string(kPath) + "/" + id).body, made.body);
    EXPECT_EQ(members(id), 0U);
    const auto device = world_.create_device({.node_id = "urn:7", .product = product_}).id;
    world_.store.put(
        [&](ports::Transaction& tx) { return tx.devices().record_version(device, *domain::Version::parse("V1.0")); });
    EXPECT_EQ(members(id), 1U);
    EXPECT_EQ(call(Get, "/api/v1/devices?groupId=" + id + "&nodeId=urn:8").json().at("items").size(), 0U);
    const auto path = std::string(kPath) + "/" + id + "/members";
    EXPECT_EQ(refused(Post, path, R"({"deviceIds":[")" + device_.str() + "\"]}"), "409 group.filter.members");
    EXPECT_EQ(refused(Delete, path + "/" + device_.str()), "409 group.filter.members");
}

TEST_F(GroupsResource, RefuseAWrongFilterByField) {
    const auto with = [this](const std::string& filter) {
        return refused(Post, kPath, R"({"name":"a","filter":)" + filter + "}");
    };
    EXPECT_EQ(with("{}"), "400 group.filter.empty filter");
    EXPECT_EQ(with(R"({"status":"asleep"})"), "400 request.field.invalid filter.status");
    EXPECT_EQ(with(R"({"softwareVersion":"12345678901234567"})"), "400 request.field.invalid filter.softwareVersion");
    EXPECT_EQ(with(R"({"productId":"x"})"), "400 request.field.invalid filter.productId");
    EXPECT_EQ(with(R"({"productId":")" + kNobody + "\"}"), "400 group.filter.product.unknown filter.productId");
    EXPECT_EQ(with(R"({"model":"x"})"), "400 request.field.unknown filter.model");
    EXPECT_EQ(
        refused(Post, kPath, R"({"name":"a","deviceIds":[")" + device_.str() + R"("],"filter":{"status":"online"}})"),
        "400 group.filter.devices filter");
}

TEST_F(GroupsResource, AreListedByApplication) {
    const auto app = world_.create_application("billing").application.id.str();
    ASSERT_EQ(call(Post, kPath, R"({"name":"a"})").status, 201);
    ASSERT_EQ(call(Post, kPath, R"({"name":"a","appId":")" + app + "\"}").status, 201);
    EXPECT_EQ(call(Get, std::string(kPath) + "?appId=" + app).json().at("items").size(), 1U);
    EXPECT_EQ(call(Get, kPath).json().at("items").size(), 2U);
}

}  // namespace
}  // namespace cellwise::rest
