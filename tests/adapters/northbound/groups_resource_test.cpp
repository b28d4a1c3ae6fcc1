// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class NorthboundGroups : public NorthboundFixture {
 protected:
    static constexpr auto kPath = "/iocm/app/devgroup/v1.3.0/devGroups";
    static constexpr auto kAdd = "/iocm/app/dm/v1.1.0/devices/addDevGroupTagToDevices";
    static constexpr auto kRemove = "/iocm/app/dm/v1.1.0/devices/deleteDevGroupTagFromDevices";
    static constexpr auto kMembers = "/iocm/app/dm/v1.2.0/devices/ids?devGroupId=";
    domain::Product product_ = world_.create_product();
    std::string first_ = world_.create_device({.app = app_, .node_id = "1", .product = product_.id}).id.str();
    std::string second_ = world_.create_device({.app = app_, .node_id = "2", .product = product_.id}).id.str();

    std::string create(const std::string& rest = {}) {
        return call(Post, kPath, R"({"name":"west")" + rest + "}").text_at("/id");
    }
    std::string path(const std::string& id) const {
        return std::string(kPath) + "/" + id + "?accessAppId=" + app_.str();
    }
    static std::string tag(const std::string& group, const std::vector<std::string>& devices) {
        return nlohmann::json{{"devGroupId", group}, {"deviceIds", devices}}.dump();
    }
    std::string members(const std::string& group) { return call(Get, kMembers + group).at("/deviceIds"); }
};

TEST_F(NorthboundGroups, AreMadeShownChangedAndDeleted) {
    const auto made = call(Post, kPath,
                           R"({"name":"west1","description":"the west","appId":")" + app_.str() +
                               R"(","maxDevNum":5,"deviceIds":[")" + first_ + R"("],"unknown":7})");
    ASSERT_EQ(made.status, 200) << made.body;
    const auto id = made.text_at("/id");
    EXPECT_TRUE(GroupId::parse(id));
    const auto fields = [&](const std::string& name) {
        return R"({"id":")" + id + R"(","name":")" + name + R"(","description":"the west","appId":")" + app_.str() +
               R"(","maxDevNum":5,"curDevNum":1)";
    };
    EXPECT_EQ(made.body, fields("west1") + R"(,"deviceIds":[")" + first_ + R"("]})");
    EXPECT_EQ(call(Get, path(id)).body, fields("west1") + "}");
    EXPECT_EQ(call(Put, path(id), R"({"name":"east2","maxDevNum":null})").body, fields("east2") + "}");
    EXPECT_EQ(call(Get, kPath).body,
              R"({"pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1,"list":[)" + fields("east2") + "}]}");
    EXPECT_EQ(call(Get, std::string(kPath) + "?name=east2").at("/totalCount"), "1");
    EXPECT_EQ(call(Get, std::string(kPath) + "?name=other").at("/totalCount"), "0");
    const auto erased = call(Delete, path(id));
    EXPECT_EQ(erased.status, 200);
    EXPECT_EQ(erased.body, "");
    EXPECT_EQ(erased.header("Content-Type"), "application/json");
    EXPECT_EQ(refused(Get, path(id)), "200 100603");
    EXPECT_EQ(refused(Delete, path(id)), "200 100603");
}

TEST_F(NorthboundGroups, GainAndLoseMembers) {
    const auto id = create();
    EXPECT_EQ(call(Post, kAdd, tag(id, {first_, second_})).body,
              R"({"devGroupId":")" + id + R"(","deviceIds":[")" + first_ + R"(",")" + second_ + R"("]})");
    EXPECT_EQ(call(Get, kMembers + id).at("/totalCount"), "2");
    EXPECT_EQ(call(Get, kMembers + id + "&pageSize=1&pageNo=1").json().at("deviceIds").size(), 1U);
    const auto removed = call(Post, kRemove, tag(id, {first_}));
    EXPECT_EQ(removed.status, 200);
    EXPECT_EQ(removed.body, "");
    EXPECT_EQ(members(id), "[\"" + second_ + "\"]");
    EXPECT_EQ(call(Delete, "/iocm/app/dm/v1.4.0/devices/" + second_).status, 204);
    EXPECT_EQ(call(Get, path(id)).at("/curDevNum"), "0") << "a device takes its membership with it";
}

TEST_F(NorthboundGroups, AreRefusedWithTheVendorsCodes) {
    const auto id = create(R"(,"maxDevNum":1)");
    EXPECT_EQ(refused(Post, kPath, "{"), "400 100007");
    EXPECT_EQ(refused(Post, kPath, "{}"), "400 50400");
    for (const auto& name : {std::string("a b"), std::string(51, 'x'), std::string("\u00fc")}) {
        EXPECT_EQ(refused(Post, kPath, nlohmann::json{{"name", name}}.dump(-1, ' ', true)), "400 50400") << name;
    }
    EXPECT_EQ(refused(Post, kPath, R"({"name":"west"})"), "200 100602");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"x","appId":")" + kNobody + "\"}"), "403 1010005");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"x","deviceIds":[")" + kNoDevice + "\"]}"), "404 100403");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"x","maxDevNum":-1})"), "400 50400");
    EXPECT_EQ(refused(Put, path(kNobody), R"({"name":"x"})"), "200 100603");
    EXPECT_EQ(refused(Put, path("nonsense"), R"({"name":"x"})"), "200 100603");
    EXPECT_EQ(refused(Get, std::string(kMembers) + kNobody), "200 100603");
    EXPECT_EQ(refused(Get, kMembers), "400 50400");
    EXPECT_EQ(refused(Get, std::string(kPath) + "?pageSize=101"), "400 50400");

    EXPECT_EQ(refused(Post, kAdd, tag(id, {first_, second_})), "200 100601");
    EXPECT_EQ(members(id), "[]") << "all or none";
    EXPECT_EQ(refused(Post, kAdd, tag(id, std::vector<std::string>(1001, first_))), "400 100609");
    EXPECT_EQ(refused(Post, kAdd, tag(kNobody, {first_})), "200 100603");
    EXPECT_EQ(refused(Post, kAdd, tag(id, {kNoDevice})), "404 100403");
    EXPECT_EQ(refused(Post, kAdd, tag(id, {})), "400 50400");
    EXPECT_EQ(refused(Post, kRemove, tag(kNobody, {first_})), "200 100603");
}

TEST_F(NorthboundGroups, AreWhatAnUpgradeNames) {
    const auto package = world_.create_package();
    create(R"(,"deviceIds":[")" + first_ + "\"]");
    const auto made = call(Post, "/iodm/northbound/v1.5.0/operations/softwareUpgrade",
                           nlohmann::json{{"fileId", package.id.str()},
                                          {"targets",
                                           {{"deviceGroups", {"west"}},
                                            {"deviceType", "WaterMeter"},
                                            {"model", "WM-1"},
                                            {"manufacturerName", "Acme"}}}}
                               .dump());
    ASSERT_EQ(made.status, 200) << made.body;
    world_.clock.advance(std::chrono::seconds(10));
    world_.tasks.tick();
    const auto jobs =
        call(Get, "/iodm/northbound/v1.5.0/operations/" + made.text_at("/operationId") + "/subOperations");
    EXPECT_EQ(jobs.text_at("/data/0/deviceId"), first_) << jobs.body;
    EXPECT_EQ(jobs.at("/totalCount"), "1");
}

}  // namespace
}  // namespace cellwise::northbound
