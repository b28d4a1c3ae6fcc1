// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/plan.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cellwise::sim::mqtt {
namespace {

Plan a_plan(std::uint32_t devices = 200) {
    Plan plan;
    plan.cells = {{.id = 7, .devices = devices}};
    plan.from_version = "V1.0";
    plan.target_version = "V2.0";
    return plan;
}

TEST(MqttPlan, GivesTheSameFleetForTheSameSeed) {
    auto plan = a_plan();
    for (const auto& dialect : Dialect::all()) plan.dialects.push_back({dialect});
    for (const auto& fault : Fault::all()) plan.faults.push_back({fault});
    const auto scripts = make_scripts(plan);
    EXPECT_EQ(scripts, make_scripts(plan));
    std::set<std::string> secrets;
    for (const auto& script : scripts) secrets.insert(script.secret);
    EXPECT_EQ(secrets.size(), scripts.size());
    plan.seed = 2;
    EXPECT_NE(scripts, make_scripts(plan));
    EXPECT_FALSE(secrets.contains(make_scripts(plan)[0].secret));
}

TEST(MqttPlan, MeetsEveryDialectWithFaultsAndWithout) {
    auto plan = a_plan(400);
    for (const auto& dialect : Dialect::all()) plan.dialects.push_back({dialect});
    plan.faults = {{{}, 1}, {{FaultKind::NoResult}, 1}};
    std::set<std::pair<std::string, std::string>> met;
    for (const auto& script : make_scripts(plan)) met.emplace(script.dialect.name(), script.fault.name());
    EXPECT_EQ(met.size(), Dialect::all().size() * 2);
}

TEST(MqttPlan, ExpectsWhatDialectAndFaultComeToTogether) {
    auto plan = a_plan(1);
    plan.dialects = {{Dialect{Trait::NoVersion}}};
    EXPECT_EQ(make_scripts(plan)[0].expected_end, End::VerifiedByQuery);
    plan.faults = {{{FaultKind::WrongHash, 7}}};
    EXPECT_EQ(make_scripts(plan)[0].expected_end, End::DownloadFailed);
    plan.dialects.clear();
    plan.fault_attempts = 2;
    EXPECT_EQ(make_scripts(plan)[0].expected_end, End::Succeeded);
    plan.faults = {{{FaultKind::SameVersion}}};
    EXPECT_EQ(make_scripts(plan)[0].from_version, "V2.0");
}

TEST(MqttPlan, CallsDevicesAsThePlatformDoes) {
    auto plan = a_plan(2);
    plan.names = {{"sim_mqtt_00000001", "65f0aa"}};
    EXPECT_EQ(make_scripts(plan)[0].device, "sim_mqtt_00000000");
    EXPECT_EQ(make_scripts(plan)[1].device, "65f0aa");
}

TEST(MqttPlan, RefusesWhatContradictsItself) {
    const auto code_of = [](const Plan& plan) { return check_plan(plan).error().code; };
    EXPECT_TRUE(check_plan(a_plan()));
    EXPECT_EQ(code_of(Plan{}), "sim.plan.empty");
    auto plan = a_plan();
    plan.node_prefix = "a/b";
    EXPECT_EQ(code_of(plan), "sim.plan.node_prefix");
    plan = a_plan();
    plan.names = {{"x", "a+b"}};
    EXPECT_EQ(code_of(plan), "sim.plan.name");
    plan = a_plan();
    plan.target_version = "V1.0";
    EXPECT_EQ(code_of(plan), "sim.plan.same_version");
    plan.target_version.clear();
    plan.faults = {{{FaultKind::SameVersion}}};
    EXPECT_EQ(code_of(plan), "sim.plan.no_target");
}

}  // namespace
}  // namespace cellwise::sim::mqtt
