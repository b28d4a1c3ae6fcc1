// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/traffic_notices.hpp"

#include <gtest/gtest.h>

namespace cellwise::northbound {
namespace {

const std::string kDevice = "00000000-0000-4000-8000-000000000001";

TEST(TrafficNotices, TellHowACommandStandsInTheVendorsWords) {
    domain::Command command{.id = *CommandId::parse("0123456789abcdef01234567"),
                            .device = *DeviceId::parse(kDevice),
                            .state = domain::CommandState::Delivered};
    EXPECT_EQ(
        TrafficNotices().command_changed(command),
        R"({"deviceId":")" + kDevice +
            R"(","commandId":"0123456789abcdef01234567","result":{"resultCode":"DELIVERED","resultDetail":null}})");
    command.state = domain::CommandState::Successful;
    command.result = R"({"level":3})";
    EXPECT_TRUE(TrafficNotices().command_changed(command).ends_with(
        R"("result":{"resultCode":"SUCCESSFUL","resultDetail":{"level":3}}})"));
}

TEST(TrafficNotices, TellWhatADeviceReportedAsItsBytes) {
    const ports::Uplink uplink{
        .device = *DeviceId::parse(kDevice), .at = from_unix_ms(1'735'787'045'678), .payload = {0x00, 0xFF, 'x'}};
    const std::string service =
        R"({"serviceId":"rawData","serviceType":"rawData","data":{"rawData":"AP94"},"eventTime":"20250102T030405Z"})";
    EXPECT_EQ(TrafficNotices().data_changed(domain::NotifyType::DeviceDataChanged, uplink),
              R"({"notifyType":"deviceDataChanged","requestId":null,"deviceId":")" + kDevice + R"(","gatewayId":")" +
                  kDevice + R"(","service":)" + service + "}");
    EXPECT_EQ(TrafficNotices().data_changed(domain::NotifyType::DeviceDatasChanged, uplink),
              R"({"notifyType":"deviceDatasChanged","requestId":null,"deviceId":")" + kDevice + R"(","gatewayId":")" +
                  kDevice + R"(","services":[)" + service + "]}");
}

}  // namespace
}  // namespace cellwise::northbound
