// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

#include <algorithm>

namespace cellwise::northbound {
namespace {

/// One application that has one of everything, and another that calls with the first one's ids.
class Isolation : public NorthboundFixture {
 protected:
    /// What a stranger tries, and what it is told: "404 123009", or kNothing.
    struct Probe {
        std::string target;
        std::string body;
        std::string answer;
    };
    struct Row {
        ports::HttpMethod method;
        std::string_view pattern;
        std::vector<Probe> probes;
    };
    /// A good answer that names nothing of the owner's and counts nothing of it.
    static constexpr auto kNothing = "nothing";

    domain::Product product_ = world_.create_product();
    domain::Package package_ = world_.create_package();  // an operator's, for all
    AppId owner_ = app_;
    std::string owner_token_ = token_;
    std::string device_ = world_.create_device({.app = owner_, .node_id = "1", .product = product_.id}).id.str();
    std::string file_ = kNobody;
    std::string operation_{};
    std::string group_{};
    std::string subscription_{};
    std::string command_{};
    std::string own_group_{};

    Isolation() {
        auto theirs = package_;
        theirs.id = *PackageId::parse(file_);
        theirs.app = owner_;
        theirs.description.version = *domain::Version::parse("V3.0");
        world_.store.put([&](ports::Transaction& tx) { return tx.packages().insert(theirs); });
        operation_ = call(Post, "/iodm/northbound/v1.5.0/operations/softwareUpgrade", upgrade(file_, device_))
                         .text_at("/operationId");
        group_ = call(Post, "/iocm/app/devgroup/v1.3.0/devGroups", group_body("west", device_)).text_at("/id");
        subscription_ =
            call(Post, "/iocm/app/sub/v1.2.0/subscriptions", subscription("deviceAdded")).text_at("/subscriptionId");
        command_ = call(Post, "/iocm/app/cmd/v1.4.0/deviceCommands", command(device_)).text_at("/commandId");
        become("stranger");
        own_group_ = call(Post, "/iocm/app/devgroup/v1.3.0/devGroups", R"({"name":"own"})").text_at("/id");
    }

    static std::string upgrade(const std::string& file, const std::string& device) {
        return R"({"fileId":")" + file + R"(","targets":{"devices":[")" + device + R"("]}})";
    }
    static std::string group_body(const std::string& name, const std::string& device) {
        return R"({"name":")" + name + R"(","deviceIds":[")" + device + R"("]})";
    }
    static std::string subscription(const std::string& type, const std::string& app = {}) {
        return R"({"notifyType":")" + type + R"(","callbackUrl":"http://h:1/x","appId":")" + app + R"("})";
    }
    static std::string tag(const std::string& group, const std::string& device) {
        return R"({"devGroupId":")" + group + R"(","deviceIds":[")" + device + R"("]})";
    }

    static std::string command(const std::string& device) {
        return R"({"deviceId":")" + device + R"(","command":{"serviceId":"a","method":"b"}})";
    }

    std::vector<Row> rows() const {
        auto all = rows_of_access();
        for (auto more : {rows_of_operations(), rows_of_subscriptions(), rows_of_devices(), rows_of_groups(),
                          rows_of_commands()}) {
            std::move(more.begin(), more.end(), std::back_inserter(all));
        }
        return all;
    }

    std::vector<Row> rows_of_access() const {
        const auto id = owner_.str();
        return {{Post, "/iocm/app/sec/v1.1.0/login", {{"", "appId=" + id + "&secret=x", "401 100208"}}},
                {Post,
                 "/iocm/app/sec/v1.1.0/refreshToken",
                 {{"", R"({"appId":")" + id + R"(","secret":"x","refreshToken":"x"})", "401 100208"}}},
                {Post, "/iocm/app/sec/v1.1.0/logout", {{"", R"({"accessToken":"x"})", "403 1010005"}}}};
    }

    std::vector<Row> rows_of_operations() const {
        const auto by_group =
            R"({"fileId":")" + package_.id.str() +
            R"(","targets":{"deviceGroups":["west"],"deviceType":"WaterMeter","model":"WM-1","manufacturerName":"Acme"}})";
        return {
            {Post,
             "/iodm/northbound/v1.5.0/operations/softwareUpgrade",
             {{"", upgrade(package_.id.str(), device_), "404 123002"},
              {"", upgrade(file_, device_), "404 123002"},
              {"", by_group, "400 123027"}}},
            {Post,
             "/iodm/northbound/v1.5.0/operations/firmwareUpgrade",
             {{"", upgrade(file_, device_), "501 190003"}}},
            {Get, "/iodm/northbound/v1.5.0/operations", {{"", "", kNothing}, {"?deviceId=" + device_, "", kNothing}}},
            {Get, "/iodm/northbound/v1.5.0/operations/{id}", {{operation_, "", "404 123009"}}},
            {Get, "/iodm/northbound/v1.5.0/operations/{id}/subOperations", {{operation_, "", "404 123009"}}},
            {Get, "/iodm/northbound/v1.5.0/category", {{"?version=V3.0", "", kNothing}}},
            {Get, "/iodm/northbound/v1.5.0/category/{id}", {{file_, "", "404 123002"}}},
            {Delete,
             "/iodm/northbound/v1.5.0/category/{id}",
             {{file_, "", "404 123002"}, {package_.id.str(), "", "403 190009"}}},
        };
    }

    std::vector<Row> rows_of_subscriptions() const {
        const auto path = "/iocm/app/sub/v1.2.0/subscriptions";
        return {
            {Post,
             "/iodm/app/sub/v1.1.0/subscribe",
             {{"", subscription("swUpgradeResultNotify", owner_.str()), "403 1010005"}}},
            {Post, path, {{"", subscription("deviceAdded", owner_.str()), "403 1010005"}}},
            {Get, path, {{"", "", kNothing}, {"?callbackUrl=http://h:1/x", "", kNothing}}},
            {Delete, path, {{"", "", kNothing}, {"?notifyType=deviceAdded", "", kNothing}}},
            {Get, "/iocm/app/sub/v1.2.0/subscriptions/{id}", {{subscription_, "", "404 100225"}}},
            {Delete, "/iocm/app/sub/v1.2.0/subscriptions/{id}", {{subscription_, "", "404 100225"}}},
        };
    }

    std::vector<Row> rows_of_devices() const {
        const auto taken = R"({"nodeId":"1"})";  // node ids are one space: devices bear no application's name
        std::vector<Row> rows{
            {Post, "/iocm/app/reg/v1.1.0/deviceCredentials", {{"", taken, "400 100426"}}},
            {Post, "/iocm/app/reg/v2.0.0/deviceCredentials", {{"", taken, "400 100426"}}},
            {Get,
             "/iocm/app/dm/v1.4.0/devices",
             {{"", "", kNothing},
              {"?nodeId=1", "", kNothing},
              {"?gatewayId=" + device_, "", kNothing},
              {"?model=WM-1", "", kNothing}}},
            {Get, "/iocm/app/dm/v1.4.0/devices/{id}", {{device_, "", "404 100403"}}},
            {Put,
             "/iocm/app/dm/v1.4.0/devices/{id}",
             {{device_, R"({"name":"mine"})", "404 100403"}, {device_, R"({"model":"WM-1"})", "404 100403"}}},
            {Delete, "/iocm/app/dm/v1.4.0/devices/{id}", {{device_, "", "404 100403"}}},
        };
        for (const auto* path :
             {"/iocm/app/reg/v1.1.0/deviceCredentials/{id}", "/iocm/app/reg/v2.0.0/deviceCredentials/{id}"}) {
            rows.push_back({Get, path, {{device_, "", "404 100403"}}});
            rows.push_back({Put, path, {{device_, R"({"verifyCode":"x"})", "404 100403"}}});
        }
        return rows;
    }

    std::vector<Row> rows_of_groups() const {
        const auto path = "/iocm/app/devgroup/v1.3.0/devGroups";
        const auto one = "/iocm/app/devgroup/v1.3.0/devGroups/{id}";
        return {
            {Post, path, {{"", group_body("mine", device_), "404 100403"}}},
            {Get, path, {{"?name=west", "", kNothing}, {"", "", "own group only"}}},
            {Get, one, {{group_, "", "200 100603"}}},
            {Put, one, {{group_, R"({"name":"mine"})", "200 100603"}}},
            {Delete, one, {{group_, "", "200 100603"}}},
            {Get, "/iocm/app/dm/v1.2.0/devices/ids", {{"?devGroupId=" + group_, "", "200 100603"}}},
            {Post,
             "/iocm/app/dm/v1.1.0/devices/addDevGroupTagToDevices",
             {{"", tag(group_, device_), "200 100603"}, {"", tag(own_group_, device_), "404 100403"}}},
            {Post,
             "/iocm/app/dm/v1.1.0/devices/deleteDevGroupTagFromDevices",
             {{"", tag(group_, device_), "200 100603"}}},
        };
    }

    std::vector<Row> rows_of_commands() const {
        const auto path = "/iocm/app/cmd/v1.4.0/deviceCommands";
        return {{Post, path, {{"", command(device_), "404 100403"}}},
                {Get, path, {{"", "", kNothing}, {"?deviceId=" + device_, "", kNothing}}},
                {Put,
                 "/iocm/app/cmd/v1.4.0/deviceCommands/{id}",
                 {{command_, R"({"status":"CANCELED"})", "404 190020"}}}};
    }

    static std::string target_of(std::string_view pattern, const std::string& rest) {
        std::string target(pattern);
        const auto open = target.find("{id}");
        return open == std::string::npos ? target + rest : target.replace(open, 4, rest);
    }

    /// A route's path, with nobody's id where it asks for one.
    static std::string some_target(const Route& route) {
        return target_of(route.pattern, route.pattern.find("{id}") == std::string_view::npos ? "" : kNobody);
    }

    void expect_nothing(const Answer& answer, const std::string& what) {
        EXPECT_LT(answer.status, 300) << what;
        for (const auto& id : {device_, file_, operation_, group_, subscription_, command_, owner_.str()}) {
            EXPECT_EQ(answer.body.find(id), std::string::npos) << what << ' ' << answer.body;
        }
    }
    void expect(const Probe& probe, const Answer& answer, const std::string& what) {
        if (probe.answer == kNothing) {
            expect_nothing(answer, what);
            if (answer.status == 200) {
                EXPECT_EQ(answer.at("/totalCount"), "0") << what;
            }
        } else if (probe.answer == "own group only") {
            expect_nothing(answer, what);
            EXPECT_EQ(answer.at("/totalCount"), "1") << what;
        } else {
            EXPECT_EQ(refusal(answer), probe.answer) << what;
        }
    }

    /// Whatever the owner can see, in one text.
    std::string all_that_is_the_owners() {
        const auto stranger = std::exchange(app_, owner_);
        const auto token = std::exchange(token_, owner_token_);
        std::string all;
        for (const auto& target : {"/iodm/northbound/v1.5.0/operations", "/iodm/northbound/v1.5.0/category",
                                   "/iocm/app/sub/v1.2.0/subscriptions", "/iocm/app/dm/v1.4.0/devices",
                                   "/iocm/app/devgroup/v1.3.0/devGroups", "/iocm/app/cmd/v1.4.0/deviceCommands"}) {
            all += call(Get, target).body + '\n';
        }
        all += call(Get, "/iocm/app/dm/v1.2.0/devices/ids?devGroupId=" + group_).body;
        app_ = stranger;
        token_ = token;
        return all;
    }
};

/// A route that is added without a row here fails: say what another application gets from it.
TEST_F(Isolation, HasARowForEveryRoute) {
    const auto table = rows();
    for (const auto& route : routes()) {
        const auto is_of = [&](const Row& row) { return row.method == route.method && row.pattern == route.pattern; };
        EXPECT_EQ(std::count_if(table.begin(), table.end(), is_of), 1)
            << to_string(route.method) << ' ' << route.pattern;
    }
    EXPECT_EQ(table.size(), routes().size());
}

TEST_F(Isolation, GivesNothingOfAnotherApplicationsByAnyRoute) {
    const auto before = all_that_is_the_owners();
    ASSERT_NE(before.find(device_), std::string::npos);
    ASSERT_NE(before.find(file_), std::string::npos);
    ASSERT_NE(before.find(operation_), std::string::npos);
    ASSERT_NE(before.find(group_), std::string::npos);
    ASSERT_NE(before.find(subscription_), std::string::npos);
    ASSERT_NE(before.find(command_), std::string::npos);
    for (const auto& row : rows()) {
        for (const auto& probe : row.probes) {
            const auto target = target_of(row.pattern, probe.target);
            expect(probe, call(row.method, target, probe.body), std::string(to_string(row.method)) + ' ' + target);
        }
    }
    EXPECT_EQ(all_that_is_the_owners(), before);
}

TEST_F(Isolation, LetsNobodyNameAnotherApplication) {
    for (const auto& route : routes()) {
        if (route.admission == Admission::Anyone) continue;
        for (const auto* name : {"?appId=", "?accessAppId="}) {
            const auto target = some_target(route);
            EXPECT_EQ(refusal(call(route.method, target + name + owner_.str(), "{}")), "403 1010005") << target;
            EXPECT_NE(refusal_or_status(call(route.method, target + name + app_.str(), "{}")), "403 1010005")
                << target;
        }
    }
}

TEST_F(Isolation, AnswersEveryBadTokenAlikeOnEveryRoute) {
    const auto exact = R"({"error_code":"1010005","error_desc":"Invalid access token or appId."})";
    const auto expect_refused = [&](const std::string& why) {
        for (const auto& route : routes()) {
            if (route.admission == Admission::Anyone) continue;
            const auto target = some_target(route);
            const auto answer = call(route.method, target, route.method == Get ? "" : "{}");
            EXPECT_EQ(answer.status, 403) << why << ' ' << target;
            EXPECT_EQ(answer.body, exact) << why << ' ' << target;
        }
    };
    const auto good = token_;
    token_ = "";
    expect_refused("missing");
    token_ = "wrong";
    expect_refused("wrong");
    token_ = owner_token_;
    expect_refused("another's");
    token_ = good;
    const auto fresh = login(application_);
    expect_refused("superseded");
    token_ = fresh;
    ASSERT_EQ(call(Post, "/iocm/app/sec/v1.1.0/logout", R"({"accessToken":")" + fresh + R"("})").status, 204);
    expect_refused("revoked");
    token_ = login(application_);
    world_.clock.advance(std::chrono::hours(1));
    expect_refused("expired");
}

}  // namespace
}  // namespace cellwise::northbound
