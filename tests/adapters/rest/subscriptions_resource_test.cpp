// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class SubscriptionsResource : public ApiFixture {
 protected:
    AppId app_ = world_.create_application("billing").application.id;
};

TEST_F(SubscriptionsResource, AreListed) {
    const auto made = world_.must<domain::Subscription>([&](auto done) {
        world_.subscriptions.subscribe(app_, domain::NotifyType::SwUpgradeResult, "https://h:443/x",
                                       app::SubscriptionService::IfPresent::Replace, std::move(done));
    });
    EXPECT_EQ(call(Get, "/api/v1/subscriptions").body,
              R"({"items":[{"subscriptionId":")" + made.id.str() + R"(","appId":")" + app_.str() +
                  R"(","notifyType":"swUpgradeResultNotify","callbackUrl":"https://h:443/x",)"
                  R"("createdAt":"2023-11-14T22:13:20.000Z"}],"nextCursor":null})");
    EXPECT_EQ(call(Get, "/api/v1/subscriptions?appId=" + kNobody).json().at("items").size(), 0U);
}

TEST_F(SubscriptionsResource, ShowLivingAndDeadPushesApart) {
    world_.store.put([&](ports::Transaction& tx) -> Status {
        domain::Push push{.app = app_,
                          .device = *DeviceId::parse(kNoDevice),
                          .task = *TaskId::parse(kNobody),
                          .job = *JobId::parse(kNobody),
                          .occurred_at = world_.clock.now(),
                          .due_at = world_.clock.now()};
        if (auto live = tx.outbox().append(push); !live) return live.error();
        push.attempts = 9;
        push.dead = true;
        push.last_error = "http.timeout";
        const auto dead = tx.outbox().append(push);
        if (!dead) return dead.error();
        push.sequence = *dead;
        return tx.outbox().save(push);
    });
    const auto live = call(Get, "/api/v1/outbox");
    ASSERT_EQ(live.json().at("items").size(), 1U) << live.body;
    EXPECT_EQ(live.body,
              R"({"items":[{"sequence":1,"appId":")" + app_.str() +
                  R"(","notifyType":"swUpgradeResultNotify","deviceId":")" + kNoDevice + R"(","taskId":")" + kNobody +
                  R"(","jobId":")" + kNobody +
                  R"(","dead":false,"attempts":0,"lastError":null,"occurredAt":"2023-11-14T22:13:20.000Z",)"
                  R"("dueAt":"2023-11-14T22:13:20.000Z"}],"nextCursor":null})");
    const auto dead = call(Get, "/api/v1/outbox?dead=true");
    ASSERT_EQ(dead.json().at("items").size(), 1U) << dead.body;
    EXPECT_EQ(dead.text_at("/items/0/lastError"), "http.timeout");
    EXPECT_EQ(refused(Get, "/api/v1/outbox?dead=yes"), "400 request.query.invalid dead");
}

}  // namespace
}  // namespace cellwise::rest
