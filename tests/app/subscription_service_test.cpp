// SPDX-License-Identifier: Apache-2.0
#include "app/subscription_service.hpp"

#include "tests/app/service_fixture.hpp"

namespace cellwise::app {
namespace {

using domain::NotifyType;
using IfPresent = SubscriptionService::IfPresent;

constexpr auto kUrl = "https://push.example.com:443/results";
constexpr auto kOtherUrl = "https://push.example.com:443/others";

class SubscriptionServiceTest : public ServiceFixture {
 protected:
    AppId app_ = create_application().application.id;

    Result<domain::Subscription> subscribe(NotifyType type, const std::string& url,
                                           IfPresent if_present = IfPresent::Replace) {
        return answer_of<domain::Subscription>(
            [&](auto done) { subscriptions_.subscribe(app_, type, url, if_present, std::move(done)); });
    }
    std::size_t erase(const AppId& app, const SubscriptionChoice& choice) {
        return answer_of<std::size_t>([&](auto done) { subscriptions_.erase(app, choice, std::move(done)); }).value();
    }
    std::vector<domain::Subscription> stored() {
        return store_.get([&](ports::Transaction& tx) { return tx.subscriptions().list(app_, {}); }).items;
    }
};

TEST_F(SubscriptionServiceTest, KeepsOnePerTypeAndItsId) {
    const auto first = subscribe(NotifyType::SwUpgradeResult, kUrl);
    ASSERT_TRUE(first);
    const auto second = subscribe(NotifyType::SwUpgradeResult, kOtherUrl);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->id, first->id);
    ASSERT_TRUE(subscribe(NotifyType::SwUpgradeStateChange, kUrl));
    EXPECT_EQ(stored().size(), 2U);
}

TEST_F(SubscriptionServiceTest, RefusesTheSameOnlyWhereTold) {
    ASSERT_TRUE(subscribe(NotifyType::SwUpgradeResult, kUrl, IfPresent::RefuseSame));
    EXPECT_EQ(subscribe(NotifyType::SwUpgradeResult, kUrl, IfPresent::RefuseSame).error().code,
              "subscription.duplicate");
    EXPECT_TRUE(subscribe(NotifyType::SwUpgradeResult, kUrl, IfPresent::Replace));
    EXPECT_TRUE(subscribe(NotifyType::SwUpgradeResult, kOtherUrl, IfPresent::RefuseSame));
    EXPECT_EQ(stored().front().callback_url, kOtherUrl);
}

TEST_F(SubscriptionServiceTest, ChecksTheUrlAndTheApplication) {
    EXPECT_EQ(subscribe(NotifyType::SwUpgradeResult, "https://h/x").error().code, "subscription.url.invalid");
    app_ = *AppId::parse("0123456789abcdef01234567");
    EXPECT_EQ(subscribe(NotifyType::SwUpgradeResult, kUrl).error().code, "application.not_found");
}

TEST_F(SubscriptionServiceTest, ErasesWhatFitsAndIsTheApplicationsOwn) {
    const auto result = subscribe(NotifyType::SwUpgradeResult, kUrl);
    ASSERT_TRUE(result);
    ASSERT_TRUE(subscribe(NotifyType::SwUpgradeStateChange, kOtherUrl));
    const auto other = create_application("another").application.id;
    EXPECT_EQ(erase(other, {.id = result->id}), 0U);
    EXPECT_EQ(erase(app_, {.type = NotifyType::SwUpgradeStateChange, .callback_url = kUrl}), 0U);
    EXPECT_EQ(erase(app_, {.id = result->id}), 1U);
    EXPECT_EQ(erase(app_, {}), 1U);
    EXPECT_TRUE(stored().empty());
}

}  // namespace
}  // namespace cellwise::app
