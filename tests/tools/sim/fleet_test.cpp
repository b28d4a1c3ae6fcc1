// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/fleet.hpp"

#include "adapters/crypto/sha256.hpp"
#include "adapters/system/system_clock.hpp"
#include "tests/tools/sim/stub_platform.hpp"
#include "tools/sim/fleet_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace cellwise::sim::test {
namespace {

using testing::Each;
using testing::HasSubstr;

Bytes a_payload() {
    Bytes payload(300);
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i * 7);
    return payload;
}

StubPlatform::Setup a_platform() { return {.target = *domain::Version::parse("V2.0"), .payload = a_payload()}; }

/// 20 devices of one cell in good coverage, twenty times faster than real ones.
Plan a_plan(const StubPlatform& platform) {
    Plan plan;
    plan.server_port = platform.port();
    plan.cells = {{.id = 4242, .devices = 20, .profile = CoverageProfile::Good}};
    plan.from_version = *domain::Version::parse("V1.0");
    plan.expect_sha256 = crypto::sha256_hex(a_payload());
    plan.time_scale = 20;
    plan.timing.install = plan.timing.power_cut = Duration{1'000};
    plan.ramp_up = Duration{100};
    plan.until_done = true;
    plan.timeout = Duration{60'000};
    return plan;
}

RunOptions options_of(const Plan& plan) {
    return {plan.until_done, plan.timeout, plan.report_interval, plan.limits, plan.seed};
}

FleetReport run(const Plan& plan, std::ostream* progress = nullptr) {
    const system::MonotonicClock clock;
    ConcurrencyMeter meter;
    Fleet fleet(plan, meter);
    FleetRun whole({&fleet}, meter, options_of(plan), clock, progress);
    const std::atomic<bool> never{false};
    const auto ran = whole.run(never);
    EXPECT_TRUE(ran) << ran.error().message;
    return whole.report();
}

std::vector<std::string> deviations_of(const FleetReport& report) {
    std::vector<std::string> all;
    for (const auto& device : report.devices) {
        for (const auto& text : device.deviations)
            all.push_back(device.script.dialect.name() + ' ' + device.script.fault.name() + ": " + text);
    }
    return all;
}

TEST(Fleet, UpgradesTwentyDevicesThoughAFifthOfAllIsLost) {
    StubPlatform platform(a_platform());
    auto plan = a_plan(platform);
    plan.network = {
        .loss = 0.2, .duplicate = 0.1, .reorder = 0.1, .delay_most = Duration{20}, .hold_back = Duration{30}};
    const auto report = run(plan);
    EXPECT_THAT(deviations_of(report), testing::IsEmpty());
    EXPECT_EQ(report.exit_code(), 0);
    EXPECT_EQ(report.stop, StopReason::AllDone);
    EXPECT_EQ(report.traffic.chunks, 20U * 10U);
    EXPECT_GT(report.traffic.lost, 0U);
    EXPECT_GT(report.traffic.retransmissions, 0U);
    EXPECT_THAT(report.digests, testing::ElementsAre(*plan.expect_sha256));
}

TEST(Fleet, EndsEveryDialectAndFaultAsScripted) {
    StubPlatform platform(a_platform());
    auto plan = a_plan(platform);
    plan.cells[0].devices = 66;
    plan.limits.level0 = 66;
    for (const auto& dialect : Dialect::all()) {
        if (!dialect.has(Trait::WaitsFor20)) plan.dialects.push_back({dialect});  // the stub says 20 but once
    }
    for (const auto& fault : Fault::all()) {
        if (fault.kind != FaultKind::LostResult) plan.faults.push_back({fault});  // nor does it ask 19 again
    }
    EXPECT_THAT(deviations_of(run(plan)), testing::IsEmpty());
}

TEST(Fleet, FindsNoFaultWithAPlatformThatKeepsTheLimit) {
    auto setup = a_platform();
    setup.slots = 3;
    StubPlatform platform(setup);
    auto plan = a_plan(platform);
    plan.cells[0].devices = 9;
    plan.limits.level0 = 3;
    plan.network.loss = 0.1;
    const auto report = run(plan);
    ASSERT_EQ(report.classes.size(), 1U);
    EXPECT_EQ(report.classes[0].count.most, 3U);
    EXPECT_EQ(report.exit_code(), 0);
}

TEST(Fleet, ConvictsAPlatformThatExceedsTheLimit) {
    auto setup = a_platform();
    setup.slots = 4;
    StubPlatform platform(setup);
    auto plan = a_plan(platform);
    plan.limits.level0 = 3;
    const auto report = run(plan);
    EXPECT_EQ(report.classes.at(0).count.most, 4U);
    EXPECT_EQ(report.exit_code(), 1);
}

TEST(Fleet, ConvictsAPlatformThatInstallsTwice) {
    auto setup = a_platform();
    setup.executes_twice = true;
    StubPlatform platform(setup);
    auto plan = a_plan(platform);
    plan.cells[0].devices = 2;
    EXPECT_THAT(deviations_of(run(plan)), testing::AllOf(testing::SizeIs(2), Each(HasSubstr("2 times"))));
}

TEST(Fleet, ConvictsAPlatformThatServesOtherBytes) {
    auto setup = a_platform();
    setup.corrupts_a_byte = true;
    StubPlatform platform(setup);
    auto plan = a_plan(platform);
    plan.cells[0].devices = 2;
    EXPECT_THAT(deviations_of(run(plan)), testing::AllOf(testing::SizeIs(2), Each(HasSubstr("SHA-256"))));
}

TEST(Fleet, ReportsProgressWhileItRuns) {
    auto setup = a_platform();
    setup.slots = 0;  // or a quick platform has a device upgraded before the last one is registered
    StubPlatform platform(setup);
    auto plan = a_plan(platform);
    plan.register_only = true;
    plan.report_interval = Duration{20};
    std::ostringstream progress;
    const auto report = run(plan, &progress);
    EXPECT_EQ(report.exit_code(), 0);
    EXPECT_THAT(progress.str(), HasSubstr("of 20"));
}

TEST(Fleet, StopsWhenAskedToAndReportsWhatItHas) {
    StubPlatform platform(a_platform());
    const auto plan = a_plan(platform);
    const system::MonotonicClock clock;
    ConcurrencyMeter meter;
    Fleet fleet(plan, meter);
    FleetRun whole({&fleet}, meter, options_of(plan), clock, nullptr);
    const std::atomic<bool> at_once{true};
    ASSERT_TRUE(whole.run(at_once));
    EXPECT_EQ(whole.report().stop, StopReason::Signal);
    EXPECT_EQ(whole.report().deviating(), 20U);
}

TEST(Fleet, KeepsTryingWhileNobodyListens) {
    auto plan = [] {
        StubPlatform gone(a_platform());
        return a_plan(gone);
    }();
    plan.timeout = Duration{700};
    const auto report = run(plan);
    EXPECT_EQ(report.stop, StopReason::Timeout);
    EXPECT_GT(report.traffic.sent, 20U * 2U);
    EXPECT_EQ(report.deviating(), 20U);
}

TEST(Fleet, SaysWhenTheServersNameDoesNotResolve) {
    Plan plan;
    plan.server_host = "no such host.invalid";
    plan.cells = {{.id = 1, .devices = 1}};
    ConcurrencyMeter meter;
    Fleet fleet(plan, meter);
    EXPECT_EQ(fleet.open(Timestamp{}).error().code, "sim.server.unresolved");
}

}  // namespace
}  // namespace cellwise::sim::test
