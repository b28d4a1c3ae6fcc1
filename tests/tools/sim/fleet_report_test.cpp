// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/fleet_report.hpp"

#include "tests/tools/sim/conversation.hpp"

#include <gmock/gmock.h>

namespace cellwise::sim::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

UpgradeRecord a_success() {
    UpgradeRecord record{
        .end = End::Succeeded, .version = version("V2.0"), .target = version("V2.0"), .sha256 = "ab"};
    record.installs["V2.0"] = 1;
    return record;
}

TEST(FindDeviations, FindsNoneWhenAllIsAsScripted) {
    EXPECT_THAT(find_deviations(a_script(), End::Succeeded, a_success(), "ab"), IsEmpty());
    UpgradeRecord refused{.version = version("V1.0"), .target = version("V2.0")};
    const auto script = a_script({}, {FaultKind::RefuseNotice, pcp::ResultCode::InUse});
    EXPECT_THAT(find_deviations(script, End::RefusedNotice, refused, "ab"), IsEmpty());
}

TEST(FindDeviations, NamesAnotherEnd) {
    EXPECT_THAT(find_deviations(a_script(), End::Aborted, a_success(), ""),
                ElementsAre(HasSubstr("aborted instead of succeeded")));
    EXPECT_THAT(find_deviations(a_script(), End::None, a_success(), ""), ElementsAre(HasSubstr("not ended")));
}

TEST(FindDeviations, NamesADoubleInstallation) {
    auto record = a_success();
    record.installs["V2.0"] = 2;
    EXPECT_THAT(find_deviations(a_script(), End::Succeeded, record, ""), ElementsAre(HasSubstr("2 times")));
}

TEST(FindDeviations, NamesForeignBytesAndVersions) {
    EXPECT_THAT(find_deviations(a_script(), End::Succeeded, a_success(), "cd"), ElementsAre(HasSubstr("SHA-256 ab")));
    auto script = a_script();
    script.target_version = version("V3.0");
    EXPECT_THAT(find_deviations(script, End::Succeeded, a_success(), ""), ElementsAre(HasSubstr("\"V3.0\"")));
}

TEST(FleetReport, FailsForADeviationAndForAnExceededLimit) {
    FleetReport report;
    report.devices.push_back({.script = a_script()});
    report.classes.push_back({{.cell = 1, .coverage = CoverageClass::Level2}, {.devices = 2, .most = 1}, 1});
    EXPECT_EQ(report.exit_code(), 0);
    report.classes[0].count.most = 2;
    EXPECT_EQ(report.exceeded(), 1U);
    EXPECT_EQ(report.exit_code(), 1);
    report.classes[0].limit = 2;
    EXPECT_EQ(report.exit_code(), 0);
    report.devices[0].deviations.emplace_back("odd");
    EXPECT_EQ(report.exit_code(), 1);
}

TEST(TrafficTotals, KnowsNoRateOfNoTime) {
    EXPECT_EQ((TrafficTotals{.chunks = 5}).chunks_per_second(), 0);
    EXPECT_DOUBLE_EQ((TrafficTotals{.chunks = 5, .chunk_time = Duration{2'000}}).chunks_per_second(), 2.5);
}

}  // namespace
}  // namespace cellwise::sim::test
