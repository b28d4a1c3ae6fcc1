// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class TasksResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/tasks";
    domain::Product product_ = world_.create_product();
    domain::Package package_ = world_.create_package();
    DeviceId device_ = world_.create_device({.node_id = "1", .product = product_.id}).id;

    std::string body(const nlohmann::json& changes = nlohmann::json::object()) const {
        nlohmann::json whole{
            {"name", "spring"}, {"fileId", package_.id.str()}, {"targets", {{"devices", {device_.str()}}}}};
        whole.merge_patch(changes);
        return whole.dump();
    }
    std::string targets(const nlohmann::json& kinds) const {
        nlohmann::json whole{{"targets", {{"devices", nullptr}}}};
        whole["targets"].update(kinds);
        return body(whole);
    }
};

TEST_F(TasksResource, AreCreatedAndShown) {
    const auto made = call(Post, kPath, body());
    ASSERT_EQ(made.status, 201) << made.body;
    const auto id = made.text_at("/taskId");
    const auto front =
        R"({"taskId":")" + id + R"(","name":"spring","appId":null,"fileId":")" + package_.id.str() + "\"";
    const std::string back =
        R"(,"policy":{"executeType":"now","startTime":null,"endTime":null,"retryTimes":0,"retryInterval":0,)"
        R"("appConfirm":false},)"
        R"("state":"wait","paused":false,"expanded":true,"counters":{"total":1,"wait":1,"processing":0,"success":0,"fail":0,"stop":0,)"
        R"("timeout":0},"createdAt":"2023-11-14T22:13:20.000Z","dueAt":"2023-11-14T22:13:30.000Z",)"
        R"("startedAt":null,"stoppedAt":null})";
    EXPECT_EQ(made.body, front + R"(,"targets":{"devices":[")" + device_.str() + R"("]})" + back);
    EXPECT_EQ(call(Get, std::string(kPath) + "/" + id).body, made.body);
    EXPECT_EQ(call(Get, kPath).body, R"({"items":[)" + front + back + R"(],"nextCursor":null})");
}

TEST_F(TasksResource, TakeAllKindsOfTargets) {
    world_.must<domain::Group>(
        [&](auto done) { world_.groups.create({.name = "west", .devices = {device_}}, std::move(done)); });
    EXPECT_EQ(call(Post, kPath, targets({{"groups", {"west"}}})).at("/targets"), R"({"groups":["west"]})");
    EXPECT_EQ(call(Post, kPath, targets({{"filter", {{"productId", product_.id.str()}}}})).at("/targets"),
              R"({"filter":{"productId":")" + product_.id.str() + "\"}}");
    EXPECT_EQ(call(Post, kPath, targets({{"all", true}})).at("/targets"), R"({"all":true})");
}

TEST_F(TasksResource, TakeAPolicy) {
    const auto made = call(Post, kPath,
                           body({{"policy",
                                  {{"executeType", "custom"},
                                   {"startTime", "2023-11-15T00:00:00+01:00"},
                                   {"endTime", "2023-11-15T06:00:00Z"},
                                   {"retryTimes", 5},
                                   {"retryInterval", 600},
                                   {"appConfirm", true}}}}));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.at("/policy"),
              R"({"appConfirm":true,"endTime":"2023-11-15T06:00:00.000Z","executeType":"custom","retryInterval":600,)"
              R"("retryTimes":5,)"
              R"("startTime":"2023-11-14T23:00:00.000Z"})");
}

TEST_F(TasksResource, AreRefusedByField) {
    EXPECT_EQ(refused(Post, kPath, body({{"name", nullptr}})), "400 request.field.missing name");
    EXPECT_EQ(refused(Post, kPath, body({{"name", std::string(129, 'x')}})), "400 text.invalid name");
    EXPECT_EQ(refused(Post, kPath, body({{"fileId", nullptr}})), "400 request.field.missing fileId");
    EXPECT_EQ(refused(Post, kPath, body({{"fileId", "x"}})), "400 request.field.invalid fileId");
    EXPECT_EQ(refused(Post, kPath, body({{"fileId", kNobody}})), "404 task.package.not_found");
    EXPECT_EQ(refused(Post, kPath, body({{"targets", nullptr}})), "400 request.field.missing targets");
    EXPECT_EQ(refused(Post, kPath, targets(nlohmann::json::object())), "400 task.targets.kind targets.devices");
    EXPECT_EQ(refused(Post, kPath, targets({{"all", true}, {"groups", {"a"}}})),
              "400 task.targets.kind targets.devices");
    EXPECT_EQ(refused(Post, kPath, targets({{"devices", nlohmann::json::array()}})),
              "400 request.field.range targets.devices");
    EXPECT_EQ(refused(Post, kPath, targets({{"devices", {"x"}}})), "400 request.field.invalid targets.devices");
    EXPECT_EQ(refused(Post, kPath, targets({{"devices", {1}}})), "400 request.field.type targets.devices[0]");
    EXPECT_EQ(refused(Post, kPath, targets({{"devices", {kNoDevice}}})), "404 task.device.not_found");
    EXPECT_EQ(refused(Post, kPath, targets({{"groups", {"nobody"}}})), "404 task.group.not_found");
    EXPECT_EQ(refused(Post, kPath, targets({{"filter", {{"productid", kNobody}}}})),
              "400 request.field.missing targets.filter.productId");
    EXPECT_EQ(refused(Post, kPath, targets({{"filter", {{"productId", kNobody}}}})), "404 task.product.not_found");
}

TEST_F(TasksResource, RefuseADeviceOfAnotherModel) {
    const auto other = world_.create_product("WM-2").id;
    const auto stranger = world_.create_device({.node_id = "2", .product = other}).id.str();
    EXPECT_EQ(refused(Post, kPath, targets({{"devices", {stranger}}})), "400 task.device.mismatch targets.devices");
}

TEST_F(TasksResource, RefuseAPolicyThatMakesNoSense) {
    const auto refused_policy = [&](const nlohmann::json& policy) {
        return refused(Post, kPath, body({{"policy", policy}}));
    };
    const auto custom = [](const char* start, const char* end) {
        return nlohmann::json{{"executeType", "custom"}, {"startTime", start}, {"endTime", end}};
    };
    EXPECT_EQ(refused_policy({{"executeType", "later"}}), "400 request.field.invalid policy.executeType");
    EXPECT_EQ(refused_policy({{"retryTimes", 6}}), "400 request.field.range policy.retryTimes");
    EXPECT_EQ(refused_policy({{"retryInterval", -1}}), "400 request.field.range policy.retryInterval");
    EXPECT_EQ(refused_policy({{"startTime", "2023-11-15T00:00:00Z"}}),
              "400 task.policy.time_unused policy.startTime");
    EXPECT_EQ(refused_policy({{"executeType", "custom"}}), "400 request.field.missing policy.startTime");
    EXPECT_EQ(refused_policy(custom("soon", "later")), "400 request.field.invalid policy.startTime");
    EXPECT_EQ(refused_policy(custom("2023-11-14T00:00:00Z", "2023-11-15T00:00:00Z")),
              "400 task.policy.start_past policy.startTime");
    EXPECT_EQ(refused_policy(custom("2023-11-16T00:00:00Z", "2023-11-15T00:00:00Z")),
              "400 task.policy.end_before_start policy.endTime");
    EXPECT_EQ(refused_policy(custom("2023-11-15T00:00:00Z", "2023-11-15T00:04:59Z")),
              "400 task.policy.window_short policy.endTime");
    EXPECT_EQ(refused_policy({{"retryCount", 1}}), "400 request.field.unknown policy.retryCount");
}

TEST_F(TasksResource, AreFiltered) {
    const auto id = call(Post, kPath, body()).text_at("/taskId");
    const auto count = [&](const std::string& query) { return call(Get, kPath + query).json().at("items").size(); };
    EXPECT_EQ(count("?state=wait"), 1U);
    EXPECT_EQ(count("?state=success"), 0U);
    EXPECT_EQ(count("?deviceId=" + device_.str()), 1U);
    EXPECT_EQ(count("?deviceId=" + kNoDevice), 0U);
    EXPECT_EQ(count("?appId=" + kNobody), 0U);
    EXPECT_EQ(refused(Get, std::string(kPath) + "?state=done"), "400 request.query.invalid state");
}

TEST_F(TasksResource, ListTheirJobs) {
    const auto id = call(Post, kPath, body()).text_at("/taskId");
    const auto path = std::string(kPath) + "/" + id + "/jobs";
    const auto jobs = call(Get, path);
    ASSERT_EQ(jobs.status, 200) << jobs.body;
    EXPECT_EQ(jobs.body, R"({"items":[{"jobId":")" + jobs.text_at("/items/0/jobId") + R"(","taskId":")" + id +
                             R"(","deviceId":")" + device_.str() +
                             R"(","state":"waiting","status":"wait","detail":null,"timedOut":false,"failures":0,)"
                             R"("sourceVersion":null,"currentVersion":null,"cell":null,"coverageClass":null,)"
                             R"("holdsSlot":false,"chunksServed":0,"createdAt":"2023-11-14T22:13:20.000Z",)"
                             R"("startedAt":null,"endedAt":null}],"nextCursor":null})");
    EXPECT_EQ(call(Get, path + "?status=success").json().at("items").size(), 0U);
    EXPECT_EQ(refused(Get, path + "?status=failed"), "400 request.query.invalid status");
    EXPECT_EQ(refused(Get, std::string(kPath) + "/" + kNobody + "/jobs"), "404 task.not_found");
}

TEST_F(TasksResource, AreStoppedThenDeleted) {
    const auto path = std::string(kPath) + "/" + call(Post, kPath, body()).text_at("/taskId");
    EXPECT_EQ(refused(Delete, path), "409 task.running");
    EXPECT_EQ(call(Post, path + ":stop").status, 204);
    EXPECT_EQ(call(Get, path).text_at("/state"), "stop");
    EXPECT_EQ(refused(Post, path + ":stop"), "409 task.finished");
    EXPECT_EQ(call(Delete, path).status, 204);
    for (const auto& gone : {path, std::string(kPath) + "/nonsense"}) {
        EXPECT_EQ(refused(Get, gone), "404 task.not_found");
        EXPECT_EQ(refused(Delete, gone), "404 task.not_found");
        EXPECT_EQ(refused(Post, gone + ":stop"), "404 task.not_found");
    }
}

}  // namespace
}  // namespace cellwise::rest
