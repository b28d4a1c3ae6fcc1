// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/report_json.hpp"

#include "tests/tools/sim/conversation.hpp"

#include <nlohmann/json.hpp>

namespace cellwise::sim::test {
namespace {

TEST(ReportJson, GivesClassesDevicesAndTotals) {
    FleetReport report{.seed = 5, .duration = Duration{1'500}};
    report.devices.push_back({.script = a_script(), .end = End::Succeeded});
    report.devices.push_back({.script = a_script(), .end = End::Aborted, .deviations = {"odd"}});
    report.classes.push_back({{.cell = 7, .coverage = CoverageClass::Level1}, {.devices = 2, .most = 11}, 10});
    const auto json = nlohmann::json::parse(report_as_json(report));
    EXPECT_EQ(json.at("exitCode"), 1);
    EXPECT_EQ(json.at("totals").at("deviating"), 1);
    EXPECT_EQ(json.at("totals").at("ends").at("succeeded"), 1);
    EXPECT_EQ(json.at("classes").at(0).at("maxAtOnce"), 11);
    EXPECT_EQ(json.at("classes").at(0).at("exceeded"), true);
    EXPECT_EQ(json.at("devices").at(1).at("deviations").at(0), "odd");
    EXPECT_EQ(json.at("devices").at(0).at("nodeId"), "urn:imei:866000000000007");
}

TEST(ReportJson, SurvivesVersionsThatAreNoText) {
    FleetReport report;
    DeviceResult device{.script = a_script(), .end = End::Succeeded};
    device.record.version = domain::Version::from_wire(Bytes{0xFF, 0xC3, 0x28});
    report.devices.push_back(device);
    EXPECT_TRUE(nlohmann::json::accept(report_as_json(report)));
}

TEST(ScriptList, QuotesWhatCsvWouldMisread) {
    auto script = a_script();
    script.node_id = "a \"b\", c";
    const std::vector<Script> scripts{script};
    EXPECT_EQ(scripts_as_csv(scripts),
              "nodeId,cell,rsrp,sinr,coverage,dialect,fault,expectedEnd\n"
              "\"a \"\"b\"\", c\",4242,-95,12,level0,standard,none,succeeded\n");
}

TEST(ScriptList, LeavesOutWhatADeviceDoesNotReport) {
    auto script = a_script();
    script.radio = {.rsrp_dbm = -90};
    const std::vector<Script> scripts{script};
    EXPECT_NE(scripts_as_csv(scripts).find("007,,-90,,no_cell"), std::string::npos) << scripts_as_csv(scripts);
    const auto json = nlohmann::json::parse(scripts_as_ndjson(scripts));
    EXPECT_TRUE(json.at("cell").is_null());
    EXPECT_EQ(json.at("rsrp"), -90);
}

}  // namespace
}  // namespace cellwise::sim::test
