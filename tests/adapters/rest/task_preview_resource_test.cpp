// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class TaskPreviewResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/tasks:preview";
    domain::Product product_ = world_.create_product();
    domain::Package package_ = world_.create_package();
    int count_ = 0;

    DeviceId add(const std::optional<std::string>& cell, const char* version = "V1.0") {
        const auto id = world_.create_device({.node_id = std::to_string(++count_), .product = product_.id}).id;
        world_.store.put([&](ports::Transaction& tx) -> Status {
            if (auto done = tx.devices().record_version(id, *domain::Version::parse(version)); !done) return done;
            if (!cell) return Status{};
            const auto registration = *RegistrationId::parse(std::string(22, '0') + std::to_string(10 + count_));
            return tx.registrations().save(
                {.id = registration,
                 .device = id,
                 .radio = {.cell = domain::CellId{*cell}, .rsrp_dbm = -120, .sinr_db = -5}});
        });
        return id;
    }
    std::string body(const std::string& targets = R"({"all":true})") const {
        return R"({"name":"spring","fileId":")" + package_.id.str() + R"(","targets":)" + targets + "}";
    }
};

TEST_F(TaskPreviewResource, IsExactlyThis) {
    for (int i = 0; i < 3; ++i) add("4711");
    add("42");
    add({});
    const auto current = add("42", "V2.0");
    const auto preview = call(Post, kPath, body());
    ASSERT_EQ(preview.status, 200) << preview.body;
    EXPECT_EQ(preview.body,
              R"({"devices":6,"examined":6,"estimate":false,"startable":5,)"
              R"("cannot":{"unknown":{"count":0,"deviceIds":[]},"otherModel":{"count":0,"deviceIds":[]},)"
              R"("unsupported":{"count":0,"deviceIds":[]},"busy":{"count":0,"deviceIds":[]},)"
              R"("wrongSourceVersion":{"count":0,"deviceIds":[]}},)"
              R"("alreadyAtTarget":{"count":1,"deviceIds":[")" +
                  current.str() +
                  R"("]},"versionUnknown":{"count":0,"deviceIds":[]},"cells":[)"
                  R"({"cell":"4711","coverageClass":"level2","devices":3,"limit":1,"rounds":3},)"
                  R"({"cell":"42","coverageClass":"level2","devices":1,"limit":1,"rounds":1}],"cellCount":2,)"
                  R"("cellUnknown":1,"rounds":3})");
    EXPECT_EQ(call(Get, "/api/v1/tasks").json().at("items").size(), 0U) << "nothing was made";
}

TEST_F(TaskPreviewResource, CountsWhoCannotWhereCreatingWouldRefuse) {
    const auto stranger =
        world_.create_device({.node_id = "s", .product = world_.create_product("other").id}).id.str();
    const auto targets = R"({"devices":[")" + stranger + R"(",")" + kNoDevice + "\"]}";
    const auto preview = call(Post, kPath, body(targets));
    ASSERT_EQ(preview.status, 200) << preview.body;
    EXPECT_EQ(preview.at("/cannot/otherModel/deviceIds"), R"([")" + stranger + "\"]");
    EXPECT_EQ(preview.at("/cannot/unknown/deviceIds"), R"([")" + kNoDevice + "\"]");
    EXPECT_EQ(preview.at("/startable"), "0");
    EXPECT_EQ(preview.at("/rounds"), "0");
}

TEST_F(TaskPreviewResource, RefusesWhatCreatingRefuses) {
    EXPECT_EQ(refused(Post, kPath, "{}"), "400 request.field.missing name");
    EXPECT_EQ(refused(Post, kPath, body(R"({"groups":["nobody"]})")), "404 task.group.not_found");
    EXPECT_EQ(refused(Post, kPath, body("{}")), "400 task.targets.kind targets.devices");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"a","fileId":")" + kNobody + R"(","targets":{"all":true}})"),
              "404 task.package.not_found");
}

}  // namespace
}  // namespace cellwise::rest
