// SPDX-License-Identifier: Apache-2.0
#include "adapters/webhook/push_json.hpp"

#include "cellwise/domain/failure.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cellwise::webhook {
namespace {

domain::Push a_result() {
    return {.app = *AppId::parse("0123456789abcdef01234567"),
            .type = domain::NotifyType::SwUpgradeResult,
            .device = *DeviceId::parse("00000000-0000-4000-8000-00000000002a"),
            .task = *TaskId::parse("aaaaaaaaaaaaaaaaaaaaaaaa"),
            .job = *JobId::parse("bbbbbbbbbbbbbbbbbbbbbbbb"),
            .success = true,
            .source_version = "V1.0.9",
            .current_version = "V1.0.10",
            .target_version = "V1.0.10",
            .occurred_at = from_unix_ms(1'546'300'800'000)};
}

// Receivers search the text: every byte counts (docs/northbound.md, Pushes).
TEST(PushJson, IsTheVendorsTextForAResult) {
    EXPECT_EQ(to_json(a_result()),
              R"({"notifyType":"swUpgradeResultNotify","deviceId":"00000000-0000-4000-8000-00000000002a",)"
              R"("appId":"0123456789abcdef01234567","operationId":"aaaaaaaaaaaaaaaaaaaaaaaa",)"
              R"("subOperationId":"bbbbbbbbbbbbbbbbbbbbbbbb","curVersion":"V1.0.10","targetVersion":"V1.0.10",)"
              R"("sourceVersion":"V1.0.9","swUpgradeResult":"SUCCESS","upgradeTime":1546300800000,"resultDesc":"",)"
              R"("errorCode":"0","description":""})");
}

TEST(PushJson, IsTheVendorsTextForAChangeOfState) {
    auto push = a_result();
    push.type = domain::NotifyType::SwUpgradeStateChange;
    push.phase = "downloading";
    EXPECT_EQ(to_json(push),
              R"({"notifyType":"swUpgradeStateChangeNotify","deviceId":"00000000-0000-4000-8000-00000000002a",)"
              R"("appId":"0123456789abcdef01234567","operationId":"aaaaaaaaaaaaaaaaaaaaaaaa",)"
              R"("subOperationId":"bbbbbbbbbbbbbbbbbbbbbbbb","swUpgradeState":"downloading"})");
}

TEST(PushJson, SaysWhyAnUpgradeFailed) {
    auto push = a_result();
    push.success = false;
    push.detail = "Task Conflict";
    const auto json = nlohmann::json::parse(to_json(push), nullptr, false);
    ASSERT_TRUE(json.is_object());
    EXPECT_EQ(json["swUpgradeResult"], "FAIL");
    EXPECT_EQ(json["resultDesc"], "Task Conflict");
    EXPECT_EQ(json["description"], "Task Conflict");
    EXPECT_EQ(json["errorCode"], "-1") << "no device reported this";
}

TEST(PushJson, GivesTheCodeThatTheDeviceReported) {
    auto push = a_result();
    push.success = false;
    push.detail = domain::failure::kNoSpace;
    const auto json = nlohmann::json::parse(to_json(push), nullptr, false);
    ASSERT_TRUE(json.is_object());
    EXPECT_EQ(json["errorCode"], "5");
}

TEST(PushJson, StaysJsonWhateverADeviceWrote) {
    auto push = a_result();
    push.current_version = "\"\\\r\n\x01\xFF\xC0";
    const auto json = nlohmann::json::parse(to_json(push), nullptr, false);
    ASSERT_TRUE(json.is_object());
    EXPECT_EQ(json["curVersion"], "\"\\\r\n\x01\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace cellwise::webhook
