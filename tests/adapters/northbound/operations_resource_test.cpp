// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class OperationsResource : public NorthboundFixture {
 protected:
    static constexpr auto kPath = "/iodm/northbound/v1.5.0/operations";
    static constexpr auto kUpgrade = "/iodm/northbound/v1.5.0/operations/softwareUpgrade";
    domain::Product product_ = world_.create_product();
    domain::Package package_ = world_.create_package();
    DeviceId device_ = create_device("1");

    DeviceId create_device(const std::string& node_id) {
        return world_.create_device({.app = app_, .node_id = node_id, .product = product_.id}).id;
    }
    std::string body(const nlohmann::json& changes = nlohmann::json::object()) const {
        nlohmann::json whole{{"fileId", package_.id.str()}, {"targets", {{"devices", {device_.str()}}}}};
        whole.merge_patch(changes);
        return whole.dump();
    }
    std::string group_body(const nlohmann::json& changes = nlohmann::json::object()) const {
        nlohmann::json targets{{"devices", nullptr},
                               {"deviceGroups", {"west"}},
                               {"deviceType", "WaterMeter"},
                               {"model", "WM-1"},
                               {"manufacturerName", "Acme"}};
        targets.merge_patch(changes);
        return body({{"targets", targets}});
    }
    std::string create() {
        const auto made = call(Post, kUpgrade, body());
        EXPECT_EQ(made.status, 200) << made.body;
        return made.text_at("/operationId");
    }
    std::string path(const std::string& id) const { return std::string(kPath) + "/" + id; }
};

TEST_F(OperationsResource, CreateATaskOfTheCallers) {
    const auto made = call(Post, kUpgrade, body());
    ASSERT_EQ(made.status, 200) << made.body;
    const auto id = made.text_at("/operationId");
    EXPECT_TRUE(TaskId::parse(id));
    EXPECT_EQ(made.body, R"({"operationId":")" + id + "\"}");
    EXPECT_EQ(
        call(Get, path(id)).body,
        R"({"operationId":")" + id +
            R"(","createTime":"20231114T221320Z","startTime":null,"stopTime":null,)"
            R"("operateType":"software_upgrade","targets":{"devices":[")" +
            device_.str() +
            R"("],"deviceGroups":null,"deviceType":null,"model":null,"manufacturerName":null},)"
            R"("policy":{"executeType":"now","startTime":null,"endTime":null,"retryType":false,"retryTimes":null},)"
            R"("status":"wait","staResult":{"total":1,"wait":1,"processing":0,"success":0,"fail":0,"stop":0,)"
            R"("timeout":0},"extendPara":{"fileVersion":"V2.0"}})");
}

TEST_F(OperationsResource, KeepThePolicy) {
    const auto made = call(Post, kUpgrade,
                           body({{"policy",
                                  {{"executeType", "custom"},
                                   {"startTime", "20231115T000000Z"},
                                   {"endTime", "20231116T000000Z"},
                                   {"retryType", true},
                                   {"retryTimes", 3}}}}));
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(call(Get, path(made.text_at("/operationId"))).at("/policy"),
              R"({"endTime":"20231116T000000Z","executeType":"custom","retryTimes":3,"retryType":true,)"
              R"("startTime":"20231115T000000Z"})");
}

TEST_F(OperationsResource, TakeTheCallersGroups) {
    world_.must<domain::Group>([&](auto done) {
        world_.groups.create({.app = app_, .name = "west", .devices = {device_}}, std::move(done));
    });
    const auto made = call(Post, kUpgrade, group_body());
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(call(Get, path(made.text_at("/operationId"))).at("/targets"),
              R"({"deviceGroups":["west"],"deviceType":"WaterMeter","devices":null,"manufacturerName":"Acme",)"
              R"("model":"WM-1"})");
    EXPECT_EQ(refused(Post, kUpgrade, group_body({{"model", "WM-2"}})), "400 123016");
    EXPECT_EQ(refused(Post, kUpgrade, group_body({{"deviceGroups", {"west", "east"}}})), "400 123027");
}

TEST_F(OperationsResource, RefuseWithTheVendorsCodes) {
    const auto custom = [&](const char* start, const char* end) {
        return refused(Post, kUpgrade,
                       body({{"policy", {{"executeType", "custom"}, {"startTime", start}, {"endTime", end}}}}));
    };
    EXPECT_EQ(refused(Post, kUpgrade, "{"), "400 120015");
    EXPECT_EQ(refused(Post, kUpgrade, ""), "400 120015");
    EXPECT_EQ(refused(Post, kUpgrade, R"({"fileId":"x","targets":{"null":["x"]}})"), "400 123022");
    EXPECT_EQ(refused(Post, kUpgrade, body({{"fileId", kNobody}})), "404 123002");
    EXPECT_EQ(refused(Post, kUpgrade, body({{"targets", {{"devices", {kNoDevice}}}}})), "404 123002");
    EXPECT_EQ(custom("20231113T000000Z", "20231116T000000Z"), "400 123033");
    EXPECT_EQ(custom("20231117T000000Z", "20231116T000000Z"), "400 123032");
    EXPECT_EQ(custom("20231115T000000Z", "20231115T000459Z"), "400 123034");
    const auto exact = call(Post, kUpgrade, body({{"fileId", kNobody}}));
    EXPECT_EQ(exact.body, R"({"error_code":"123002","error_desc":"Device or package file not found."})");
}

TEST_F(OperationsResource, RefuseDevicesOfAnotherModelOrApplication) {
    const auto other = world_.create_product("WM-2").id;
    const auto stranger = world_.create_device({.app = app_, .node_id = "2", .product = other}).id.str();
    EXPECT_EQ(refused(Post, kUpgrade, body({{"targets", {{"devices", {stranger}}}}})), "400 123016");
    become("other");
    EXPECT_EQ(refused(Post, kUpgrade, body()), "404 123002");
}

TEST_F(OperationsResource, ShowWhatWaitsToBeConfirmed) {
    const auto made = call(Post, kUpgrade, body({{"policy", {{"executeType", "now"}, {"appConfirm", true}}}}));
    ASSERT_EQ(made.status, 200) << made.body;
    const auto id = made.text_at("/operationId");
    EXPECT_EQ(call(Get, path(id)).at("/policy/appConfirm"), "true");
    world_.store.put([&](ports::Transaction& tx) -> Status {
        auto job = **tx.jobs().find_of(*TaskId::parse(id), device_);
        job.state = domain::JobState::WaitingConfirmation;
        job.source_version = job.current_version = *domain::Version::parse("V1.0");
        return tx.jobs().save(job);
    });
    const auto jobs = call(Get, path(id) + "/subOperations");
    EXPECT_EQ(jobs.text_at("/data/0/status"), "processing") << "the vendor's words, and no other";
    EXPECT_EQ(jobs.at("/data/0/extendInfo"),
              R"({"curVersion":"V1.0","sourceVersion":"V1.0","waitingFor":"confirmation"})");
}

TEST_F(OperationsResource, ShowAPausedTaskAsOneThatRuns) {
    const auto id = create();
    world_.store.put([&](ports::Transaction& tx) -> Status {
        auto task = **tx.tasks().find(*TaskId::parse(id));
        task.state = domain::TaskState::Processing;
        if (auto saved = tx.tasks().save(task); !saved) return saved;
        const auto paused = tx.tasks().set_paused(task.id, true, world_.clock.now());
        return paused ? Status{} : Status{paused.error()};
    });
    EXPECT_EQ(call(Get, path(id)).text_at("/status"), "processing");
}

TEST_F(OperationsResource, RefuseFirmwareClearly) {
    EXPECT_EQ(refused(Post, std::string(kPath) + "/firmwareUpgrade", body()), "501 190003");
}

TEST_F(OperationsResource, AreTheCallersOnly) {
    const auto id = create();
    become("other");
    EXPECT_EQ(refused(Get, path(id)), "404 123009");
    EXPECT_EQ(refused(Get, path(id) + "/subOperations"), "404 123009");
    EXPECT_EQ(call(Get, kPath).at("/totalCount"), "0");
    EXPECT_EQ(refused(Get, path("nonsense")), "404 123009");
    const auto exact = call(Get, path(kNobody));
    EXPECT_EQ(exact.body, R"({"error_code":"123009","error_desc":"The requested task does not exist."})");
}

TEST_F(OperationsResource, ListTheirSubOperations) {
    const auto id = create();
    const auto jobs = call(Get, path(id) + "/subOperations");
    ASSERT_EQ(jobs.status, 200) << jobs.body;
    EXPECT_EQ(jobs.body, R"({"data":[{"subOperationId":")" + jobs.text_at("/data/0/subOperationId") +
                             R"(","createTime":"20231114T221320Z","startTime":null,"stopTime":null,)"
                             R"("operateType":"software_upgrade","deviceId":")" +
                             device_.str() +
                             R"(","status":"wait","detailInfo":null,"extendInfo":null}],)"
                             R"("pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1})");
}

TEST_F(OperationsResource, TellWhyAJobFailedAndWhatRuns) {
    const auto id = create();
    world_.store.put([&](ports::Transaction& tx) -> Status {
        auto page = tx.jobs().list({.task = *TaskId::parse(id)}, {});
        if (!page) return page.error();
        auto job = page->items.front();
        job.state = domain::JobState::Failed;
        job.detail = "Task Conflict";
        job.source_version = *domain::Version::parse("V1.0");
        job.current_version = *domain::Version::parse("V1.0");
        return tx.jobs().save(job);
    });
    const auto jobs = call(Get, path(id) + "/subOperations?subOperationStatus=fail");
    EXPECT_EQ(jobs.text_at("/data/0/status"), "fail");
    EXPECT_EQ(jobs.text_at("/data/0/detailInfo"), "Task Conflict");
    EXPECT_EQ(jobs.at("/data/0/extendInfo"), R"({"curVersion":"V1.0","sourceVersion":"V1.0"})");
    EXPECT_EQ(jobs.at("/totalSize"), "1");
    EXPECT_EQ(call(Get, path(id) + "/subOperations?subOperationStatus=success").at("/totalSize"), "0");
    EXPECT_EQ(call(Get, path(id) + "/subOperations?subOperationStatus=nonsense").at("/data"), "[]");
}

TEST_F(OperationsResource, ArePagedByNumber) {
    nlohmann::json devices{device_.str()};
    for (int i = 2; i <= 12; ++i) devices.push_back(create_device(std::to_string(i)).str());
    const auto id = call(Post, kUpgrade, body({{"targets", {{"devices", devices}}}})).text_at("/operationId");
    const auto page = [&](const std::string& query) { return call(Get, path(id) + "/subOperations?" + query); };
    EXPECT_EQ(page("").json().at("data").size(), 10U);
    EXPECT_EQ(page("&pageNo=1").json().at("data").size(), 2U) << "queries may begin with &";
    EXPECT_EQ(page("pageNo=2&pageSize=5").json().at("data").size(), 2U);
    EXPECT_EQ(page("pageNo=7").json().at("data").size(), 0U);
    EXPECT_EQ(page("pageSize=100").at("/totalCount"), "12");
    for (const auto* bad : {"pageNo=-1", "pageNo=x", "pageSize=0", "pageSize=101", "pageSize=99999999999"}) {
        EXPECT_EQ(refusal(page(bad)), "400 123029") << bad;
        EXPECT_EQ(refused(Get, std::string(kPath) + "?" + bad), "400 123029") << bad;
    }
}

TEST_F(OperationsResource, AreListedAndFiltered) {
    const auto id = create();
    const auto count = [&](const std::string& query) { return call(Get, kPath + query).at("/totalCount"); };
    EXPECT_EQ(call(Get, kPath).text_at("/data/0/operationId"), id);
    EXPECT_EQ(call(Get, kPath).at("/totalSize"), "1");
    EXPECT_EQ(count("?operationType=software_upgrade&operationStatus=wait&deviceId=" + device_.str()), "1");
    EXPECT_EQ(count("?deviceType=WaterMeter&model=WM-1&manufacturerName=Acme"), "1");
    EXPECT_EQ(count("?operationStatus=&model="), "1") << "empty means absent";
    for (const auto* none : {"?operationType=firmware_upgrade", "?operationStatus=success", "?operationStatus=x",
                             "?deviceId=x", "?model=WM-2", "?manufactureName=Nobody"}) {
        EXPECT_EQ(count(none), "0") << none;
    }
}

TEST_F(OperationsResource, OutliveTheirPackage) {
    const auto id = create();
    world_.must<void>([&](auto done) { world_.tasks.stop(*TaskId::parse(id), std::move(done)); });
    world_.must<void>([&](auto done) { world_.packages.erase(package_.id, std::move(done)); });
    const auto shown = call(Get, path(id));
    EXPECT_EQ(shown.text_at("/status"), "stop");
    EXPECT_EQ(shown.at("/extendPara"), "null");
}

}  // namespace
}  // namespace cellwise::northbound
