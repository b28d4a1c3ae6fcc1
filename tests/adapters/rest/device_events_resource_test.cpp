// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class DeviceEventsResource : public ApiFixture {
 protected:
    DeviceId device_ = world_.create_device({.node_id = "1"}).id;

    std::string path(const std::string& query = {}, const std::string& id = {}) const {
        return "/api/v1/devices/" + (id.empty() ? device_.str() : id) + "/events" + query;
    }
    void append(const domain::TimelineEntry& entry) {
        world_.store.put([&](ports::Transaction& tx) { return tx.timeline().append(entry); });
    }
};

TEST_F(DeviceEventsResource, TellWhatHappenedNewestFirst) {
    EXPECT_EQ(call(Get, path()).body, R"({"items":[],"nextCursor":null})");
    append({.device = device_,
            .at = world_.clock.now(),
            .kind = domain::TimelineKind::Registered,
            .detail = "lifetime 60 s"});
    append({.device = device_,
            .at = world_.clock.now(),
            .task = *TaskId::parse(kNobody),
            .job = *JobId::parse(kNobody),
            .state = "failed",
            .detail = "Task Conflict"});
    EXPECT_EQ(call(Get, path()).body,
              R"({"items":[{"number":2,"at":"2023-11-14T22:13:20.000Z","kind":"job","taskId":")" + kNobody +
                  R"(","jobId":")" + kNobody +
                  R"(","state":"failed","detail":"Task Conflict"},{"number":1,"at":"2023-11-14T22:13:20.000Z",)"
                  R"("kind":"registered","taskId":null,"jobId":null,"state":null,"detail":"lifetime 60 s"}],)"
                  R"("nextCursor":null})");
    const auto first = call(Get, path("?limit=1"));
    EXPECT_EQ(first.at("/items/0/number"), "2");
    const auto second = call(Get, path("?limit=1&cursor=" + first.text_at("/nextCursor")));
    EXPECT_EQ(second.at("/items/0/number"), "1");
    EXPECT_EQ(second.at("/nextCursor"), "null");
}

TEST_F(DeviceEventsResource, AreThoseOfADeviceThatThereIs) {
    EXPECT_EQ(refused(Get, path({}, kNoDevice)), "404 device.not_found");
    EXPECT_EQ(refused(Get, path({}, "x")), "404 device.not_found");
    EXPECT_EQ(refused(Get, path("?cursor=x")), "400 page.cursor.malformed cursor");
}

}  // namespace
}  // namespace cellwise::rest
