// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class TaskOrdersResource : public ApiFixture {
 protected:
    domain::Product product_ = world_.create_product();
    domain::Package package_ = world_.create_package();
    DeviceId device_ = world_.create_device({.node_id = "1", .product = product_.id}).id;
    TaskId task_ =
        world_.create_task({.name = "spring", .package = package_.id, .targets = {.devices = {device_}}}).id;

    std::string path(std::string_view verb = {}, std::string_view id = {}) const {
        return "/api/v1/tasks/" + (id.empty() ? task_.str() : std::string(id)) + std::string(verb);
    }
    /// The one job of the task, as it would stand after it went its way.
    void put_job(domain::JobState state) {
        world_.store.put([&](ports::Transaction& tx) -> Status {
            auto job = **tx.jobs().find_of(task_, device_);
            job.state = state;
            return tx.jobs().save(job);
        });
    }
};

TEST_F(TaskOrdersResource, PauseAndResume) {
    EXPECT_EQ(call(Post, path(":pause")).status, 204);
    const auto paused = call(Get, path());
    EXPECT_EQ(paused.at("/paused"), "true");
    EXPECT_EQ(paused.text_at("/state"), "wait");
    EXPECT_EQ(call(Post, path(":pause")).status, 204) << "said twice";
    EXPECT_EQ(call(Get, "/api/v1/tasks").at("/items/0/paused"), "true");
    EXPECT_EQ(call(Post, path(":resume")).status, 204);
    EXPECT_EQ(call(Get, path()).at("/paused"), "false");
    ASSERT_EQ(call(Post, path(":stop")).status, 204);
    EXPECT_EQ(refused(Post, path(":pause")), "409 task.finished");
    EXPECT_EQ(refused(Post, path(":resume")), "409 task.finished");
}

TEST_F(TaskOrdersResource, RetryWhatFailed) {
    EXPECT_EQ(refused(Post, path(":retry")), "409 task.nothing_to_retry");
    put_job(domain::JobState::Failed);
    const auto retry = call(Post, path(":retry"));
    ASSERT_EQ(retry.status, 201) << retry.body;
    EXPECT_NE(retry.text_at("/taskId"), task_.str());
    EXPECT_EQ(retry.text_at("/name"), "spring");
    EXPECT_EQ(retry.at("/targets"), R"({"failedOf":{"include":["fail"],"taskId":")" + task_.str() + R"("}})");
    EXPECT_EQ(retry.at("/expanded"), "false");
    EXPECT_EQ(call(Get, path({}, retry.text_at("/taskId"))).body, retry.body);
    const auto named = call(Post, path(":retry"), R"({"include":["stop","fail"],"name":"again"})");
    ASSERT_EQ(named.status, 201) << named.body;
    EXPECT_EQ(named.text_at("/name"), "again");
    EXPECT_EQ(named.at("/targets/failedOf/include"), R"(["fail","stop"])");
}

TEST_F(TaskOrdersResource, RefuseAWrongRetryByField) {
    put_job(domain::JobState::Failed);
    const auto with = [this](const std::string& body) { return refused(Post, path(":retry"), body); };
    EXPECT_EQ(with(R"({"include":["success"]})"), "400 request.field.invalid include");
    EXPECT_EQ(with(R"({"include":[]})"), "400 request.field.range include");
    EXPECT_EQ(with(R"({"name":")" + std::string(129, 'x') + "\"}"), "400 text.invalid name");
    EXPECT_EQ(with(R"({"targets":{}})"), "400 request.field.unknown targets");
    EXPECT_EQ(with(R"({"include":["stop"]})"), "409 task.nothing_to_retry");
}

TEST_F(TaskOrdersResource, ConfirmTheJobOfADevice) {
    const auto confirm = path("/jobs/") + device_.str() + ":confirm";
    EXPECT_EQ(refused(Post, confirm), "409 job.not_waiting");
    put_job(domain::JobState::WaitingConfirmation);
    EXPECT_EQ(call(Get, path("/jobs?state=waiting_confirmation")).json().at("items").size(), 1U);
    EXPECT_EQ(call(Post, confirm).status, 204);
    EXPECT_EQ(call(Get, path("/jobs")).text_at("/items/0/state"), "waiting_online");
    EXPECT_EQ(call(Post, confirm).status, 204) << "said twice";
    EXPECT_EQ(refused(Post, path("/jobs/") + kNoDevice + ":confirm"), "404 job.not_found");
    EXPECT_EQ(refused(Post, path("/jobs/x:confirm")), "404 job.not_found");
}

TEST_F(TaskOrdersResource, AreForTasksThatThereAre) {
    for (const auto* verb : {":pause", ":resume", ":retry"}) {
        EXPECT_EQ(refused(Post, path(verb, kNobody)), "404 task.not_found") << verb;
        EXPECT_EQ(refused(Post, path(verb, "x")), "404 task.not_found") << verb;
    }
    EXPECT_EQ(refused(Post, path("/jobs/" + device_.str() + ":confirm", kNobody)), "404 task.not_found");
}

TEST_F(TaskOrdersResource, ListJobsByStatePageByPage) {
    std::vector<DeviceId> devices;
    for (int i = 0; i < 5; ++i) {
        devices.push_back(world_.create_device({.node_id = "n" + std::to_string(i), .product = product_.id}).id);
    }
    const auto id =
        world_.create_task({.name = "many", .package = package_.id, .targets = {.devices = devices}}).id.str();
    std::size_t seen = 0;
    std::string cursor;
    do {
        const auto page =
            call(Get, path("/jobs?state=waiting&limit=2", id) + (cursor.empty() ? "" : "&cursor=" + cursor));
        ASSERT_EQ(page.status, 200) << page.body;
        seen += page.json().at("items").size();
        cursor = page.at("/nextCursor") == "null" ? "" : page.text_at("/nextCursor");
    } while (!cursor.empty());
    EXPECT_EQ(seen, 5U);
    EXPECT_EQ(call(Get, path("/jobs?state=queued", id)).json().at("items").size(), 0U);
    EXPECT_EQ(call(Get, path("/jobs?state=waiting&status=fail", id)).json().at("items").size(), 0U);
    EXPECT_EQ(refused(Get, path("/jobs?state=dancing", id)), "400 request.query.invalid state");
    EXPECT_EQ(refused(Get, path("/jobs?state=waiting&cursor=x", id)), "400 page.cursor.malformed cursor");
}

}  // namespace
}  // namespace cellwise::rest
