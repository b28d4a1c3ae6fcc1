// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/upgrade_request.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cellwise::northbound {
namespace {

using Json = nlohmann::json;

const std::string kFile = "0123456789abcdef01234567";
const std::string kTargetDevice = "00000000-0000-4000-8000-000000000000";

Json a_request() { return {{"fileId", kFile}, {"targets", {{"devices", {kTargetDevice}}}}}; }
Json with(const Json& changes) {
    auto whole = a_request();
    whole.merge_patch(changes);
    return whole;
}
Json with_policy(const Json& policy) { return with({{"policy", policy}}); }
Json with_groups(const Json& changes) {
    Json targets{{"devices", nullptr},
                 {"deviceGroups", {"west"}},
                 {"deviceType", "WaterMeter"},
                 {"model", "WM-1"},
                 {"manufacturerName", "Acme"}};
    targets.merge_patch(changes);
    return with({{"targets", targets}});
}

struct Outcome {
    std::string code{};  ///< empty: accepted
    UpgradeRequest request{};
};
Outcome read(const Json& body) {
    const auto document = json::Document::parse(body.dump(), json::Duplicates::LastWins);
    Outcome outcome;
    if (const auto refused = read_upgrade_request(document.value(), outcome.request))
        outcome.code = refused->error.code;
    return outcome;
}

TEST(ReadUpgradeRequest, TakesTheLeast) {
    const auto [code, request] = read(a_request());
    EXPECT_EQ(code, "");
    EXPECT_EQ(request.task.package.view(), kFile);
    EXPECT_EQ(request.task.targets.devices, std::vector{*DeviceId::parse(kTargetDevice)});
    EXPECT_EQ(request.task.policy, domain::TaskPolicy{});
}

TEST(ReadUpgradeRequest, TakesEverything) {
    const auto [code, request] = read(with({{"taskName", "spring"},
                                            {"unknown", {1, 2}},
                                            {"policy",
                                             {{"executeType", "custom"},
                                              {"startTime", "20250102T030405Z"},
                                              {"endTime", "20250103T030405Z"},
                                              {"retryType", true},
                                              {"retryTimes", 5},
                                              {"retryInterval", 60},
                                              {"appConfirm", false}}}}));
    EXPECT_EQ(code, "");
    EXPECT_EQ(request.task.name, "spring");
    EXPECT_EQ(request.task.policy, (domain::TaskPolicy{.execute_type = domain::ExecuteType::Custom,
                                                       .start_time = from_unix_ms(1'735'787'045'000),
                                                       .end_time = from_unix_ms(1'735'873'445'000),
                                                       .retry_times = 5,
                                                       .retry_interval = std::chrono::seconds(60)}));
}

TEST(ReadUpgradeRequest, TakesGroupsWithTheirModel) {
    for (const auto& body :
         {with_groups(Json::object()), with_groups({{"manufacturerName", nullptr}, {"manufactureName", "Acme"}})}) {
        const auto [code, request] = read(body);
        EXPECT_EQ(code, "");
        EXPECT_EQ(request.task.targets.groups, std::vector<std::string>{"west"});
        EXPECT_EQ(request.manufacturer_name, "Acme");
        EXPECT_EQ(request.device_type, "WaterMeter");
        EXPECT_EQ(request.model, "WM-1");
    }
}

struct RefusedRequest {
    std::string name;
    Json body;
    std::string code;
};
void PrintTo(const RefusedRequest& each, std::ostream* out) { *out << each.body.dump(); }

class ReadUpgradeRequestRefuses : public testing::TestWithParam<RefusedRequest> {};

TEST_P(ReadUpgradeRequestRefuses, WithTheVendorsCode) { EXPECT_EQ(read(GetParam().body).code, GetParam().code); }

Json many(const std::string& text) { return std::vector<std::string>(257, text); }
Json custom(const Json& start, const Json& end) {
    return with_policy({{"executeType", "custom"}, {"startTime", start}, {"endTime", end}});
}
constexpr auto kStart = "20250102T030405Z";
constexpr auto kEnd = "20250103T030405Z";

INSTANTIATE_TEST_SUITE_P(
    Bodies, ReadUpgradeRequestRefuses,
    testing::Values(
        RefusedRequest{"NoObject", Json::array(), "120015"},
        RefusedRequest{"NoFile", with({{"fileId", nullptr}}), "120015"},
        RefusedRequest{"FileNoText", with({{"fileId", 7}}), "120015"},
        RefusedRequest{"FileUnknown", with({{"fileId", "nonsense"}}), "123002"},
        RefusedRequest{"NoTargets", with({{"targets", nullptr}}), "123022"},
        RefusedRequest{"TargetsNoObject", with({{"targets", "all"}}), "120015"},
        RefusedRequest{"NeitherTarget", with({{"targets", {{"devices", nullptr}}}}), "123022"},
        RefusedRequest{"EmptyTargets",
                       with({{"targets", {{"devices", Json::array()}, {"deviceGroups", Json::array()}}}}), "123022"},
        RefusedRequest{"NullTargets", Json{{"fileId", kFile}, {"targets", {{"null", {"x"}}}}}, "123022"},
        RefusedRequest{"BothTargets", with({{"targets", {{"deviceGroups", {"west"}}}}}), "123023"},
        RefusedRequest{"TooManyDevices", with({{"targets", {{"devices", many(kTargetDevice)}}}}), "123024"},
        RefusedRequest{"TooManyGroups", with_groups({{"deviceGroups", many("west")}}), "123024"},
        RefusedRequest{"DeviceNoText", with({{"targets", {{"devices", {7}}}}}), "120015"},
        RefusedRequest{"DeviceUnknown", with({{"targets", {{"devices", {"nonsense"}}}}}), "123002"},
        RefusedRequest{"NoManufacturer", with_groups({{"manufacturerName", nullptr}}), "123019"},
        RefusedRequest{"EmptyManufacturer", with_groups({{"manufacturerName", ""}}), "123019"},
        RefusedRequest{"NoDeviceType", with_groups({{"deviceType", nullptr}}), "123020"},
        RefusedRequest{"NoModel", with_groups({{"model", nullptr}}), "123021"},
        RefusedRequest{"PolicyWithoutType", with_policy(Json::object()), "123025"},
        RefusedRequest{"TypeUnknown", with_policy({{"executeType", "later"}}), "123025"},
        RefusedRequest{"TypeEmpty", with_policy({{"executeType", ""}}), "123025"},
        RefusedRequest{"TypeNoText", with_policy({{"executeType", 1}}), "123025"},
        RefusedRequest{"CustomWithoutTimes", with_policy({{"executeType", "custom"}}), "123026"},
        RefusedRequest{"CustomWithoutEnd", custom(kStart, nullptr), "123026"},
        RefusedRequest{"CustomWithoutStart", custom(nullptr, kEnd), "123026"},
        RefusedRequest{"StartMalformed", custom("2025-01-02T03:04:05Z", kEnd), "123026"},
        RefusedRequest{"EndNoText", custom(kStart, 5), "123026"},
        RefusedRequest{"RetryWithoutTimes", with_policy({{"executeType", "now"}, {"retryType", true}}), "123028"},
        RefusedRequest{"RetryZero", with_policy({{"executeType", "now"}, {"retryType", true}, {"retryTimes", 0}}),
                       "123028"},
        RefusedRequest{"RetrySix", with_policy({{"executeType", "now"}, {"retryType", true}, {"retryTimes", 6}}),
                       "123028"},
        RefusedRequest{"RetryNoNumber",
                       with_policy({{"executeType", "now"}, {"retryType", true}, {"retryTimes", "3"}}), "123028"},
        RefusedRequest{"RetryTypeNoFlag", with_policy({{"executeType", "now"}, {"retryType", "true"}}), "120015"},
        RefusedRequest{"IntervalNegative", with_policy({{"executeType", "now"}, {"retryInterval", -1}}), "120015"},
        RefusedRequest{"ConfirmNoFlag", with_policy({{"executeType", "now"}, {"appConfirm", "yes"}}), "120015"},
        RefusedRequest{"NameControl", with({{"taskName", "a\nb"}}), "120015"}),
    [](const auto& each) { return each.param.name; });

TEST(ReadUpgradeRequest, TakesTheWishToConfirmInsideThePolicyAndOutside) {
    EXPECT_TRUE(read(with_policy({{"executeType", "now"}, {"appConfirm", true}})).request.task.policy.app_confirm);
    EXPECT_TRUE(read(with({{"appConfirm", true}})).request.task.policy.app_confirm);
    EXPECT_FALSE(read(with_policy({{"executeType", "now"}})).request.task.policy.app_confirm);
}

TEST(ReadUpgradeRequest, TakesAsManyTargetsAsAllowed) {
    EXPECT_EQ(read(with({{"targets", {{"devices", std::vector<std::string>(256, kTargetDevice)}}}})).code, "");
    EXPECT_EQ(read(with_groups({{"deviceGroups", std::vector<std::string>(256, "west")}})).code, "");
}

TEST(ReadUpgradeRequest, ForgetsRetryTimesWithoutRetry) {
    const auto [code, request] = read(with_policy({{"executeType", "now"}, {"retryType", false}, {"retryTimes", 9}}));
    EXPECT_EQ(code, "");
    EXPECT_EQ(request.task.policy.retry_times, 0U);
}

}  // namespace
}  // namespace cellwise::northbound
