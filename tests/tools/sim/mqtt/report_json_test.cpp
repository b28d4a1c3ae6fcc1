// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/report_json.hpp"

#include "tests/tools/sim/mqtt/a_device.hpp"
#include "tools/sim/report_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::sim::mqtt::test {
namespace {

TEST(MqttReportJson, StandsInTheReportWithoutItsSecret) {
    FleetReport report;
    report.mqtt_devices.push_back({.script = a_script(), .end = End::Succeeded, .deviations = {"odd"}});
    report.mqtt_traffic.bytes = 77;
    const auto text = report_as_json(report);
    EXPECT_EQ(text.find("12345678"), std::string::npos);
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json.at("exitCode"), 1);
    EXPECT_EQ(json.at("mqttTraffic").at("bytes"), 77);
    EXPECT_EQ(json.at("totals").at("ends").at("succeeded"), 1);
    EXPECT_EQ(json.at("devices").at(0).at("protocol"), "mqtt");
    EXPECT_EQ(json.at("devices").at(0).at("deviations").at(0), "odd");
}

TEST(MqttScriptList, GivesWhatOneEntersIntoThePlatform) {
    const std::vector<Script> scripts{a_script()};
    EXPECT_EQ(scripts_as_csv(scripts),
              "nodeId,protocol,device,secret,cell,rsrp,sinr,coverage,dialect,fault,expectedEnd\n"
              "meter_3,mqtt,meter_3,12345678,4242,-95,12,level0,standard,none,succeeded\n");
    const auto json = nlohmann::json::parse(scripts_as_ndjson(scripts));
    EXPECT_EQ(json.at("secret"), "12345678");
    EXPECT_EQ(json.at("coverage"), "level0");
}

TEST(MqttScriptList, RanksADeviceThatTellsNoRadioAsWithoutACell) {
    const std::vector<Script> scripts{a_script({Trait::NoRadio})};
    EXPECT_EQ(nlohmann::json::parse(scripts_as_ndjson(scripts)).at("coverage"), "no_cell");
}

}  // namespace
}  // namespace cellwise::sim::mqtt::test
