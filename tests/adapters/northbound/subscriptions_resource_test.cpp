// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class SubscriptionsV110 : public NorthboundFixture {
 protected:
    static constexpr auto kPath = "/iodm/app/sub/v1.1.0/subscribe";
    std::vector<domain::Subscription> stored() {
        return world_.store.get([&](ports::Transaction& tx) { return tx.subscriptions().list(app_, {}); }).items;
    }
};

TEST_F(SubscriptionsV110, AreMadeWithAnEmpty200) {
    const auto made =
        call(Post, kPath, R"({"notifyType":"swUpgradeResultNotify","callbackurl":"https://h:443/results"})");
    EXPECT_EQ(made.status, 200);
    EXPECT_EQ(made.body, "");
    EXPECT_EQ(made.header("Content-Type"), "application/json");
    ASSERT_EQ(stored().size(), 1U);
    EXPECT_EQ(stored().front().callback_url, "https://h:443/results");
}

TEST_F(SubscriptionsV110, AreReplacedByARepeat) {
    for (const auto* url : {"https://h:443/a", "http://h:80/b"}) {
        EXPECT_EQ(call(Post, kPath,
                       nlohmann::json{{"notifyType", "swUpgradeStateChangeNotify"}, {"callbackUrl", url}}.dump())
                      .status,
                  200);
    }
    ASSERT_EQ(stored().size(), 1U);
    EXPECT_EQ(stored().front().callback_url, "http://h:80/b");
}

TEST_F(SubscriptionsV110, AreRefusedWithTheVendorsCodes) {
    const auto refused_url = [&](const nlohmann::json& url) {
        return refused(Post, kPath,
                       nlohmann::json{{"notifyType", "swUpgradeResultNotify"}, {"callbackurl", url}}.dump());
    };
    for (const auto* url : {"", "https://h/x", "https://h:443", "ftp://h:21/x"}) {
        EXPECT_EQ(refused_url(url), "400 100222") << url;
    }
    EXPECT_EQ(refused_url(nullptr), "400 100222");
    EXPECT_EQ(refused_url(7), "400 100228");
    EXPECT_EQ(refused(Post, kPath, R"({"callbackurl":"https://h:443/x"})"), "400 100228");
    EXPECT_EQ(refused(Post, kPath, R"({"notifyType":"commandStatus","callbackurl":"https://h:443/x"})"),
              "400 100228");
    EXPECT_EQ(refused(Post, kPath, R"({"notifyType":"fwUpgradeDone","callbackurl":"https://h:443/x"})"),
              "400 100228");
    EXPECT_EQ(call(Post, kPath, R"({"notifyType":"fwUpgradeResultNotify","callbackurl":"https://h:443/x"})").status,
              200)
        << "real servers subscribe to all four before they work";
    EXPECT_EQ(refused(Post, kPath, "{"), "400 100228");
}

class SubscriptionsV120 : public NorthboundFixture {
 protected:
    static constexpr auto kPath = "/iocm/app/sub/v1.2.0/subscriptions";
    Answer create(const std::string& type = "swUpgradeResultNotify", const std::string& url = "https://h:443/x") {
        return call(
            Post, kPath,
            nlohmann::json{{"appId", app_.str()}, {"notifyType", type}, {"callbackUrl", url}, {"channel", "http"}}
                .dump());
    }
    std::string path(const std::string& id) const { return std::string(kPath) + "/" + id; }
};

TEST_F(SubscriptionsV120, AreMadeShownListedAndDeleted) {
    const auto made = create();
    EXPECT_EQ(made.status, 201);
    const auto id = made.text_at("/subscriptionId");
    EXPECT_EQ(made.body, R"({"subscriptionId":")" + id +
                             R"(","notifyType":"swUpgradeResultNotify","callbackUrl":"https://h:443/x"})");
    EXPECT_EQ(call(Get, path(id)).body, made.body);
    EXPECT_EQ(call(Get, kPath).body,
              R"({"pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1,"subscriptions":[)" + made.body + "]}");
    const auto erased = call(Delete, path(id));
    EXPECT_EQ(erased.status, 204);
    EXPECT_EQ(erased.body, "");
    EXPECT_EQ(refused(Get, path(id)), "404 100225");
    EXPECT_EQ(refused(Delete, path(id)), "404 100225");
    EXPECT_EQ(refused(Get, path("nonsense")), "404 100225");
}

TEST_F(SubscriptionsV120, AreNotMadeTwice) {
    ASSERT_EQ(create().status, 201);
    EXPECT_EQ(refusal(create()), "409 100227");
    EXPECT_EQ(create("swUpgradeResultNotify", "https://h:443/y").status, 201);
}

TEST_F(SubscriptionsV120, TakeNotificationsOfDeviceData) {
    EXPECT_EQ(create("deviceDataChanged").status, 201);
    EXPECT_EQ(create("deviceDatasChanged").status, 201);
}

TEST_F(SubscriptionsV120, RefuseWhatIsNotServedYet) {
    EXPECT_EQ(refusal(create("commandStatus")), "400 100228");
    EXPECT_EQ(refusal(create("swUpgradeResultNotify", "https://h/x")), "400 100222");
    EXPECT_EQ(
        refused(Post, kPath, R"({"notifyType":"deviceAdded","callbackUrl":"https://h:443/x","channel":"MQTT"})"),
        "400 100228");
    EXPECT_EQ(refused(Post, kPath,
                      R"({"notifyType":"deviceAdded","callbackUrl":"https://h:443/x","appId":")" + kNobody + "\"}"),
              "403 1010005");
}

TEST_F(SubscriptionsV120, ServeWhatHappensToDevices) {
    for (const auto* type : {"deviceAdded", "deviceDeleted", "deviceInfoChanged"}) {
        const auto made = create(type);
        EXPECT_EQ(made.status, 201) << made.body;
        EXPECT_EQ(made.text_at("/notifyType"), type);
    }
    EXPECT_EQ(call(Get, kPath).at("/totalCount"), "3");
    world_.create_device({.app = app_, .node_id = "1"});
    const auto outbox = world_.store.get([](ports::Transaction& tx) { return tx.outbox().list(false, {}); });
    ASSERT_EQ(outbox.items.size(), 1U);
    EXPECT_EQ(outbox.items.front().body, "added 1");
}

TEST_F(SubscriptionsV120, AreFilteredAndDeletedByFilter) {
    ASSERT_EQ(create().status, 201);
    ASSERT_EQ(create("swUpgradeStateChangeNotify", "https://h:443/y").status, 201);
    const auto count = [&](const std::string& query) { return call(Get, kPath + query).at("/totalCount"); };
    EXPECT_EQ(count("?notifyType=swUpgradeResultNotify"), "1");
    EXPECT_EQ(count("?notifyType=deviceAdded"), "0");
    EXPECT_EQ(call(Get, std::string(kPath) + "?pageNo=1&pageSize=1").json().at("subscriptions").size(), 1U);
    EXPECT_EQ(call(Get, std::string(kPath) + "?pageNo=9").json().at("subscriptions").size(), 0U);
    EXPECT_EQ(call(Delete, std::string(kPath) + "?notifyType=deviceAdded").status, 204);
    EXPECT_EQ(call(Delete, std::string(kPath) + "?callbackUrl=https://h:443/y").status, 204);
    EXPECT_EQ(count(""), "1");
    EXPECT_EQ(call(Delete, kPath).status, 204);
    EXPECT_EQ(count(""), "0");
}

TEST_F(SubscriptionsV120, AreTheCallersOnly) {
    const auto id = create().text_at("/subscriptionId");
    const auto owner = std::pair(app_, token_);
    become("other");
    EXPECT_EQ(refused(Get, path(id)), "404 100225");
    EXPECT_EQ(refused(Delete, path(id)), "404 100225");
    EXPECT_EQ(call(Delete, kPath).status, 204);
    std::tie(app_, token_) = owner;
    EXPECT_EQ(call(Get, path(id)).status, 200);
}

}  // namespace
}  // namespace cellwise::northbound
