// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/concurrency_meter.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

constexpr ClassKey kNear{.cell = 1, .coverage = CoverageClass::Level0};
constexpr ClassKey kFar{.cell = 1, .coverage = CoverageClass::Level2};
constexpr ClassKey kNextDoor{.cell = 2, .coverage = CoverageClass::Level0};

TEST(ConcurrencyMeter, KeepsTheGreatestNumberOfEachClassOfEachCell) {
    ConcurrencyMeter meter;
    meter.enter(kNear);
    meter.enter(kNear);
    meter.enter(kFar);
    meter.leave(kNear);
    meter.enter(kNextDoor);
    meter.enter(kNear);
    EXPECT_EQ(meter.counts().at(kNear).most, 2U);
    EXPECT_EQ(meter.counts().at(kNear).now, 2U);
    EXPECT_EQ(meter.counts().at(kFar).most, 1U);
    EXPECT_EQ(meter.counts().at(kNextDoor).most, 1U);
}

TEST(ConcurrencyMeter, CountsTheUnansweredApart) {
    ConcurrencyMeter meter;
    meter.enter_unanswered(kNear);
    meter.enter_unanswered(kNear);
    meter.leave_unanswered(kNear);
    EXPECT_EQ(meter.counts().at(kNear).most_unanswered, 2U);
    EXPECT_EQ(meter.counts().at(kNear).most, 0U);
}

TEST(ConcurrencyMeter, KnowsClassesInWhichNothingHappened) {
    ConcurrencyMeter meter;
    meter.add_device(kFar);
    EXPECT_EQ(meter.counts().at(kFar).devices, 1U);
    EXPECT_EQ(meter.counts().at(kFar).most, 0U);
}

TEST(ClassLimits, GivesEachClassItsOwnAndNoneToThoseWithoutACell) {
    const ClassLimits limits{.level0 = 4, .level1 = 3, .level2 = 2, .cell_only = 1};
    EXPECT_EQ(limits.of(CoverageClass::Level0), 4U);
    EXPECT_EQ(limits.of(CoverageClass::Level1), 3U);
    EXPECT_EQ(limits.of(CoverageClass::Level2), 2U);
    EXPECT_EQ(limits.of(CoverageClass::CellOnly), 1U);
    EXPECT_EQ(limits.of(CoverageClass::NoCell), 0U);
}

}  // namespace
}  // namespace cellwise::sim
