// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/webhook_sender.hpp"

#include "tests/fakes/manual_executor.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace cellwise::webhook {
namespace {

struct HeldClient final : ports::HttpClient {
    void post(Outgoing request, Done done) override {
        outgoing = std::move(request);
        answer = std::move(done);
    }
    Outgoing outgoing;
    Done answer;
};

struct Sent {
    explicit Sent(std::string url = "http://receiver:80/push") {
        sender.send({.app = AppId::parse("0123456789abcdef01234567").value(), .callback_url = std::move(url)},
                    {.phase = "idle"}, [this](Result<int> result) { told = std::move(result); });
    }
    HeldClient client;
    fakes::ManualExecutor loop;
    WebhookSender sender{client, loop, [](const AppId& app) { return "authorities of " + app.str(); }};
    std::optional<Result<int>> told;
};

TEST(WebhookSender, PostsTheJsonToTheSubscribedUrl) {
    const Sent sent;
    EXPECT_EQ(sent.client.outgoing.url, "http://receiver:80/push");
    EXPECT_EQ(sent.client.outgoing.content_type, "application/json");
    EXPECT_EQ(sent.client.outgoing.timeout, Duration{15'000});
    EXPECT_TRUE(sent.client.outgoing.body.starts_with(R"({"notifyType":"swUpgradeResultNotify")"));
}

TEST(WebhookSender, GivesTheApplicationsAuthoritiesAlongForTls) {
    EXPECT_EQ(Sent("https://receiver:443/push").client.outgoing.callback_ca,
              "authorities of 0123456789abcdef01234567");
    EXPECT_EQ(Sent("http://receiver:80/push").client.outgoing.callback_ca, "");
}

TEST(WebhookSender, PostsTheBodyOfAPushThatHasOne) {
    HeldClient client;
    fakes::ManualExecutor loop;
    WebhookSender sender{client, loop, [](const AppId&) { return std::string{}; }};
    sender.send({}, {.body = R"({"notifyType":"deviceDeleted"})"}, [](const Result<int>&) {});
    EXPECT_EQ(client.outgoing.body, R"({"notifyType":"deviceDeleted"})");
}

TEST(WebhookSender, TellsTheAnswerOnTheLoop) {
    Sent sent;
    sent.client.answer(503);
    EXPECT_FALSE(sent.told);
    sent.loop.run();
    ASSERT_TRUE(sent.told);
    EXPECT_EQ(sent.told->value(), 503);
}

TEST(WebhookSender, PassesOnWhyThereWasNoAnswer) {
    Sent sent;
    sent.client.answer(Error{ErrorKind::Forbidden, "http.address.refused", "private"});
    sent.loop.run();
    ASSERT_TRUE(sent.told);
    ASSERT_FALSE(*sent.told);
    EXPECT_EQ(sent.told->error().code, "http.address.refused");
}

}  // namespace
}  // namespace cellwise::webhook
