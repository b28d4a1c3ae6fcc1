// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class EventsResource : public ApiFixture {};

TEST_F(EventsResource, AreAStreamOfEvents) {
    const auto answer = call(Get, "/api/v1/events");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_TRUE(answer.body.empty());
}

TEST_F(EventsResource, AreForViewers) {
    token_ = token_of(domain::Role::Viewer);
    EXPECT_EQ(call(Get, "/api/v1/events").status, 200);
    token_.clear();
    EXPECT_EQ(refused(Get, "/api/v1/events"), "401 access.token.unknown");
}

TEST_F(EventsResource, RefuseATaskThatIsNone) {
    EXPECT_EQ(refused(Get, "/api/v1/events?taskId=x"), "400 request.query.invalid taskId");
    EXPECT_EQ(refused(Get, "/api/v1/events?taskId=" + kNobody), "404 task.not_found");
    EXPECT_EQ(refused(Get, "/api/v1/events?task=x"), "400 request.query.unknown task");
}

TEST_F(EventsResource, TurnAwayWhoComesAfterTooMany) {
    std::vector<std::unique_ptr<app::EventHub::Watcher>> watchers;
    for (auto watcher = world_.events.watch({}); watcher; watcher = world_.events.watch({})) {
        watchers.push_back(std::move(*watcher));
    }
    EXPECT_EQ(refused(Get, "/api/v1/events"), "429 events.watchers");
    watchers.pop_back();
    EXPECT_EQ(call(Get, "/api/v1/events").status, 200);
}

}  // namespace
}  // namespace cellwise::rest
