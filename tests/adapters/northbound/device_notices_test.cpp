// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/device_notices.hpp"

#include <gtest/gtest.h>

namespace cellwise::northbound {
namespace {

const std::string kId = "00000000-0000-4000-8000-00000000002a";

ports::DeviceFacts facts() {
    return {
        .device = {.id = *DeviceId::parse(kId), .node_id = "1", .name = "kitchen"},
        .product = domain::Product{
            .manufacturer_id = "acme-id", .manufacturer_name = "Acme", .device_type = "WaterMeter", .model = "WM-1"}};
}

const std::string kInfo =
    R"("deviceInfo":{"nodeId":"1","name":"kitchen","manufacturerId":"acme-id","manufacturerName":"Acme",)"
    R"("deviceType":"WaterMeter","model":"WM-1","protocolType":"LWM2M","swVersion":null,"fwVersion":null,)"
    R"("status":"INACTIVE","statusDetail":"NOT_ACTIVE","signalStrength":null,"mute":null,"location":null,)"
    R"("region":null,"timezone":null,"organization":null,"imsi":null,"endUserId":null,"isSecurity":"FALSE",)"
    R"("tags":null})";

// Receivers search the text: notifyType first, and no blank anywhere.
TEST(DeviceNotices, AreTheVendorsTexts) {
    const auto ids = R"("deviceId":")" + kId + R"(","gatewayId":")" + kId + '"';
    const DeviceNotices notices;
    EXPECT_EQ(notices.device_added(facts(), {}),
              R"({"notifyType":"deviceAdded",)" + ids + R"(,"nodeType":"ENDPOINT",)" + kInfo + '}');
    EXPECT_EQ(notices.device_info_changed(facts(), {}),
              R"({"notifyType":"deviceInfoChanged",)" + ids + ',' + kInfo + '}');
    EXPECT_EQ(notices.device_deleted(*DeviceId::parse(kId)), R"({"notifyType":"deviceDeleted",)" + ids + '}');
}

TEST(DeviceNotices, NeverTellASecret) {
    auto known = facts();
    known.details = domain::DeviceDetails{.secure = true, .sealed_psk = "1:abc", .sealed_secret = "1:def"};
    const auto text = DeviceNotices().device_added(known, {});
    EXPECT_EQ(text.find("1:abc"), std::string::npos);
    EXPECT_EQ(text.find("1:def"), std::string::npos);
    EXPECT_NE(text.find(R"("isSecurity":"TRUE")"), std::string::npos);
}

}  // namespace
}  // namespace cellwise::northbound
