// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class OutboxResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/outbox";
    AppId app_ = world_.create_application("billing").application.id;

    /// Else nobody wants what is in the outbox.
    void SetUp() override {
        world_.must<domain::Subscription>([&](auto done) {
            world_.subscriptions.subscribe(app_, domain::NotifyType::SwUpgradeResult, "https://h:443/x",
                                           app::SubscriptionService::IfPresent::Replace, std::move(done));
        });
    }

    std::string append(bool dead) {
        std::int64_t sequence = 0;
        world_.store.put([&](ports::Transaction& tx) -> Status {
            const auto appended = tx.outbox().append({.app = app_,
                                                      .device = *DeviceId::parse(kNoDevice),
                                                      .occurred_at = world_.clock.now(),
                                                      .due_at = world_.clock.now(),
                                                      .dead = dead});
            if (!appended) return appended.error();
            sequence = *appended;
            return Status{};
        });
        return std::to_string(sequence);
    }
    std::size_t count(const char* dead) {
        return call(Get, std::string(kPath) + "?dead=" + dead).json().at("items").size();
    }
    static std::string at(const std::string& sequence) { return std::string(kPath) + "/" + sequence; }
};

TEST_F(OutboxResource, BringsADeadLetterBackToLife) {
    const auto letter = append(true);
    EXPECT_EQ(call(Post, at(letter) + ":replay").status, 204);
    EXPECT_EQ(count("true"), 0U);
    EXPECT_EQ(count("false"), 1U);
    EXPECT_EQ(refused(Post, at(letter) + ":replay"), "409 push.alive");
    EXPECT_EQ(refused(Post, at("99") + ":replay"), "404 push.not_found");
    EXPECT_EQ(refused(Post, at("x") + ":replay"), "404 push.not_found");
    EXPECT_EQ(refused(Post, at("99999999999999999999") + ":replay"), "404 push.not_found");
}

TEST_F(OutboxResource, BringsAllOfThemBackOrThoseOfAnApplication) {
    append(true);
    append(true);
    append(false);
    EXPECT_EQ(call(Post, std::string(kPath) + ":replay", R"({"appId":")" + kNobody + "\"}").body,
              R"({"replayed":0,"more":false})");
    EXPECT_EQ(refused(Post, std::string(kPath) + ":replay", R"({"appId":"x"})"), "400 request.field.invalid appId");
    EXPECT_EQ(refused(Post, std::string(kPath) + ":replay", R"({"app":"x"})"), "400 request.field.unknown app");
    const auto all = call(Post, std::string(kPath) + ":replay");
    EXPECT_EQ(all.status, 200);
    EXPECT_EQ(all.body, R"({"replayed":2,"more":false})");
    EXPECT_EQ(count("true"), 0U);
}

TEST_F(OutboxResource, ThrowsDeadLettersAwayAndNothingElse) {
    const auto letter = append(true);
    const auto alive = append(false);
    append(true);
    EXPECT_EQ(call(Delete, at(letter)).status, 204);
    EXPECT_EQ(refused(Delete, at(letter)), "404 push.not_found");
    EXPECT_EQ(refused(Delete, at(alive)), "409 push.alive");
    EXPECT_EQ(refused(Delete, kPath), "400 request.query.invalid dead");
    EXPECT_EQ(refused(Delete, std::string(kPath) + "?dead=false"), "400 request.query.invalid dead");
    EXPECT_EQ(refused(Delete, std::string(kPath) + "?dead=true&limit=1"), "400 request.query.unknown limit");
    EXPECT_EQ(call(Delete, std::string(kPath) + "?dead=true&appId=" + kNobody).body, R"({"erased":0,"more":false})");
    EXPECT_EQ(call(Delete, std::string(kPath) + "?dead=true&appId=" + app_.str()).body,
              R"({"erased":1,"more":false})");
    EXPECT_EQ(count("true"), 0U);
    EXPECT_EQ(count("false"), 1U);
}

}  // namespace
}  // namespace cellwise::rest
