// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace cellwise::sim {
namespace {

Plan a_plan(std::uint32_t devices = 100) {
    Plan plan;
    plan.cells = {{.id = 4242, .devices = devices}};
    plan.from_version = *domain::Version::parse("V1.0");
    return plan;
}

template <class Predicate>
std::size_t count(const std::vector<Script>& scripts, Predicate predicate) {
    return static_cast<std::size_t>(std::count_if(scripts.begin(), scripts.end(), predicate));
}

TEST(Plan, GivesTheSameScriptsForTheSameSeed) {
    auto plan = a_plan();
    for (const auto& dialect : Dialect::all()) plan.dialects.push_back({dialect});
    for (const auto& fault : Fault::all()) plan.faults.push_back({fault});
    const auto scripts = make_scripts(plan);
    EXPECT_EQ(scripts, make_scripts(plan));
    plan.seed = 2;
    EXPECT_NE(scripts, make_scripts(plan));
}

TEST(Plan, GivesADeviceTheSameScriptInAFleetOfAnotherSize) {
    auto plan = a_plan(100);
    for (const auto& dialect : Dialect::all()) plan.dialects.push_back({dialect});
    const auto many = make_scripts(plan);
    plan.cells[0].devices = 10;
    const auto few = make_scripts(plan);
    EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(Plan, DealsSharesOutEvenlyAlsoInSmallFleets) {
    auto plan = a_plan(40);
    plan.dialects = {{Dialect{}, 3}, {Dialect{Trait::Non}, 1}};
    plan.faults = {{Fault{}, 4}, {Fault{FaultKind::PowerCut}, 1}};
    const auto scripts = make_scripts(plan);
    const auto non = count(scripts, [](const Script& s) { return s.dialect.has(Trait::Non); });
    const auto cut = count(scripts, [](const Script& s) { return s.fault.kind == FaultKind::PowerCut; });
    EXPECT_NEAR(static_cast<double>(non), 10, 2);
    EXPECT_NEAR(static_cast<double>(cut), 8, 2);
}

TEST(Plan, MeetsEveryFaultInAFleetOfHundred) {
    auto plan = a_plan(100);
    for (const auto& fault : Fault::all()) plan.faults.push_back({fault});
    std::set<std::string> seen;
    for (const auto& script : make_scripts(plan)) seen.insert(script.fault.name());
    EXPECT_EQ(seen.size(), Fault::all().size());
}

TEST(Plan, NamesDevicesByPrefixAndIndex) {
    auto plan = a_plan(2);
    plan.first_index = 41;
    const auto scripts = make_scripts(plan);
    EXPECT_EQ(scripts[0].node_id, "urn:imei:866000000000041");
    EXPECT_EQ(scripts[1].node_id, "urn:imei:866000000000042");
    EXPECT_EQ(scripts[1].imei, "866000000000042");
    plan.node_prefix = "meter-";
    EXPECT_EQ(make_scripts(plan)[0].node_id, "meter-00000041");
    EXPECT_EQ(make_scripts(plan)[0].imei, "866000000000041");
}

TEST(Plan, NamesEndpointsByDialect) {
    auto plan = a_plan(1);
    plan.dialects = {{Dialect{Trait::EndpointBare}}};
    EXPECT_EQ(make_scripts(plan)[0].node_id, "866000000000000");
    plan.dialects = {{Dialect{Trait::EndpointFree}}};
    EXPECT_EQ(make_scripts(plan)[0].node_id, "meter a/b&c=00000000");
}

TEST(Plan, PutsDevicesIntoTheirCells) {
    Plan plan = a_plan();
    plan.cells = {{.id = 1, .devices = 3, .profile = CoverageProfile::Bad}, {.id = 2, .devices = 2}};
    plan.profile = CoverageProfile::Good;
    const auto scripts = make_scripts(plan);
    ASSERT_EQ(scripts.size(), 5U);
    EXPECT_EQ(scripts[2].radio.cell, 1);
    EXPECT_EQ(coverage_class_of(scripts[2].radio), CoverageClass::Level2);
    EXPECT_EQ(scripts[3].radio.cell, 2);
    EXPECT_EQ(coverage_class_of(scripts[3].radio), CoverageClass::Level0);
}

TEST(Plan, ExpectsNoCellOfADeviceThatIsAskedForIt) {
    auto plan = a_plan(2);
    plan.oddities.without_cell = 1;
    EXPECT_EQ(make_scripts(plan)[0].expected_end, End::NoCell);
    plan.faults = {{Fault{FaultKind::MuteQuery}}};
    EXPECT_EQ(make_scripts(plan)[0].expected_end, End::IgnoredQuery) << "it never comes so far";
}

TEST(Plan, ExpectsSuccessAfterFaultsThatPass) {
    auto plan = a_plan(1);
    plan.fault_attempts = 1;
    plan.faults = {{Fault{FaultKind::FailInstall, pcp::ResultCode::InstallFailed}}};
    EXPECT_EQ(make_scripts(plan)[0].expected_end, End::Succeeded);
    plan.faults = {{Fault{FaultKind::SilentInstall}}};
    EXPECT_EQ(make_scripts(plan)[0].expected_end, End::SilentInInstall);
}

TEST(Plan, ExpectsRegistrationOnlyWhenThatIsAll) {
    auto plan = a_plan(1);
    plan.register_only = true;
    plan.faults = {{Fault{FaultKind::MuteQuery}}};
    const auto script = make_scripts(plan)[0];
    EXPECT_EQ(script.expected_end, End::Registered);
    EXPECT_EQ(script.fault.kind, FaultKind::None);
}

TEST(Plan, RefusesWhatContradictsItself) {
    EXPECT_TRUE(check_plan(a_plan()));
    EXPECT_EQ(check_plan(a_plan(0)).error().field, "devices");
    auto same = a_plan();
    same.faults = {{Fault{FaultKind::SameVersion}}};
    EXPECT_EQ(check_plan(same).error().field, "faults");
    auto full = a_plan();
    full.oddities = {.without_cell = 0.6, .without_sinr = 0.6};
    EXPECT_FALSE(check_plan(full));
    auto useless = a_plan();
    useless.target_version = useless.from_version;
    EXPECT_EQ(check_plan(useless).error().field, "from-version");
}

}  // namespace
}  // namespace cellwise::sim
