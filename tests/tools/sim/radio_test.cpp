// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/radio.hpp"

#include <gtest/gtest.h>

#include <map>

namespace cellwise::sim {
namespace {

using domain::CoverageClass;

CoverageClass class_of(std::optional<std::int64_t> rsrp, std::optional<std::int64_t> sinr) {
    return coverage_class_of({.cell = 1, .rsrp_dbm = rsrp, .sinr_db = sinr});
}

TEST(Radio, RanksByTheWeakerOfTwoValues) {
    EXPECT_EQ(class_of(-105, 7), CoverageClass::Level0);
    EXPECT_EQ(class_of(-106, 7), CoverageClass::Level1);
    EXPECT_EQ(class_of(-105, 6), CoverageClass::Level1);
    EXPECT_EQ(class_of(-115, -3), CoverageClass::Level1);
    EXPECT_EQ(class_of(-116, 20), CoverageClass::Level2);
    EXPECT_EQ(class_of(-90, -4), CoverageClass::Level2);
}

TEST(Radio, RanksWhatIsOutsideEveryRangeAsTheWeakest) {
    EXPECT_EQ(class_of(80, 20), CoverageClass::Level2);
    EXPECT_EQ(class_of(-950, 120), CoverageClass::Level2);
    EXPECT_EQ(class_of(-90, -40), CoverageClass::Level2);
    EXPECT_EQ(class_of(0, 20), CoverageClass::Level0);
}

TEST(Radio, RanksApartWhatLacksAValue) {
    EXPECT_EQ(class_of(-90, std::nullopt), CoverageClass::CellOnly);
    EXPECT_EQ(class_of(std::nullopt, 12), CoverageClass::CellOnly);
    EXPECT_EQ(coverage_class_of({.rsrp_dbm = -90, .sinr_db = 12}), CoverageClass::NoCell);
}

TEST(Radio, DrawsEachProfileWithinItsLevel) {
    SplitMix64 random(5);
    for (int i = 0; i < 2'000; ++i) {
        EXPECT_EQ(coverage_class_of(draw_radio(1, CoverageProfile::Good, {}, random)), CoverageClass::Level0);
        EXPECT_EQ(coverage_class_of(draw_radio(1, CoverageProfile::Middling, {}, random)), CoverageClass::Level1);
        EXPECT_EQ(coverage_class_of(draw_radio(1, CoverageProfile::Bad, {}, random)), CoverageClass::Level2);
    }
}

TEST(Radio, DrawsOdditiesAsOftenAsAsked) {
    SplitMix64 random(6);
    const RadioOddities oddities{.without_cell = 0.05, .without_rsrp = 0.1, .without_sinr = 0.2, .constant_80 = 0.1};
    std::map<CoverageClass, int> seen;
    int constant_80 = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto radio = draw_radio(1, CoverageProfile::Good, oddities, random);
        ++seen[coverage_class_of(radio)];
        constant_80 += radio.rsrp_dbm == 80 ? 1 : 0;
    }
    EXPECT_NEAR(seen[CoverageClass::NoCell], 500, 100);
    EXPECT_NEAR(seen[CoverageClass::CellOnly], 3'000, 200);
    EXPECT_NEAR(constant_80, 1'000, 150);
}

}  // namespace
}  // namespace cellwise::sim
