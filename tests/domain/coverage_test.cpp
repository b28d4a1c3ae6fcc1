// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/coverage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <sstream>

namespace cellwise::domain {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Reading {
    double value;
    CoverageClass level;
};

// Each one strong in the other value, so that it alone decides.
class Rsrp : public testing::TestWithParam<Reading> {};
class Sinr : public testing::TestWithParam<Reading> {};

TEST_P(Rsrp, RanksByItsRange) {
    const RadioReport report{CellId{"4242"}, GetParam().value, 20.0};
    EXPECT_EQ(classify(report, {}), GetParam().level) << GetParam().value << " dBm";
}

INSTANTIATE_TEST_SUITE_P(
    Coverage, Rsrp,
    testing::Values(Reading{-44, CoverageClass::Level0}, Reading{0, CoverageClass::Level0},
                    Reading{-105, CoverageClass::Level0},  // exactly on the bound
                    Reading{-105.01, CoverageClass::Level1}, Reading{-110, CoverageClass::Level1},
                    Reading{-115, CoverageClass::Level1}, Reading{-115.01, CoverageClass::Level2},
                    Reading{-125, CoverageClass::Level2}, Reading{-125.01, CoverageClass::Level2},
                    Reading{-140, CoverageClass::Level2}, Reading{-970, CoverageClass::Level2},  // ten times -97
                    Reading{0.01, CoverageClass::Level2}, Reading{80, CoverageClass::Level2},
                    Reading{kNan, CoverageClass::Level2}, Reading{kInfinity, CoverageClass::Level2},
                    Reading{-kInfinity, CoverageClass::Level2},
                    Reading{std::numeric_limits<double>::max(), CoverageClass::Level2},
                    Reading{std::numeric_limits<double>::lowest(), CoverageClass::Level2}));

TEST_P(Sinr, RanksByItsRange) {
    const RadioReport report{CellId{"4242"}, -80.0, GetParam().value};
    EXPECT_EQ(classify(report, {}), GetParam().level) << GetParam().value << " dB";
}

INSTANTIATE_TEST_SUITE_P(Coverage, Sinr,
                         testing::Values(Reading{30, CoverageClass::Level0}, Reading{90, CoverageClass::Level0},
                                         Reading{7, CoverageClass::Level0},  // exactly on the bound
                                         Reading{6.99, CoverageClass::Level1}, Reading{0, CoverageClass::Level1},
                                         Reading{-3, CoverageClass::Level1}, Reading{-3.01, CoverageClass::Level2},
                                         Reading{-8, CoverageClass::Level2}, Reading{-8.01, CoverageClass::Level2},
                                         Reading{-30, CoverageClass::Level2},  // ten times -3
                                         Reading{kNan, CoverageClass::Level2},
                                         Reading{kInfinity, CoverageClass::Level2},
                                         Reading{-kInfinity, CoverageClass::Level2}));

TEST(Coverage, IsTheWeakerOfTheTwoLevels) {
    const std::array rsrp{-100.0, -110.0, -120.0};
    const std::array sinr{10.0, 0.0, -5.0};
    for (std::size_t r = 0; r < 3; ++r) {
        for (std::size_t s = 0; s < 3; ++s) {
            const RadioReport report{CellId{"1"}, rsrp[r], sinr[s]};
            EXPECT_EQ(classify(report, {}), kCoverageClasses[std::max(r, s)])
                << rsrp[r] << " dBm, " << sinr[s] << " dB";
        }
    }
}

TEST(Coverage, IsCellOnlyWhenAValueIsMissing) {
    EXPECT_EQ(classify({CellId{"1"}, -80.0, {}}, {}), CoverageClass::CellOnly);
    EXPECT_EQ(classify({CellId{"1"}, {}, 20.0}, {}), CoverageClass::CellOnly);
    EXPECT_EQ(classify({CellId{"1"}, {}, {}}, {}), CoverageClass::CellOnly);
    EXPECT_EQ(classify({CellId{"1"}, 80.0, {}}, {}), CoverageClass::CellOnly);
}

TEST(Coverage, IsNoCellWithoutACellWhateverElseIsKnown) {
    EXPECT_EQ(classify({{}, -80.0, 20.0}, {}), CoverageClass::NoCell);
    EXPECT_EQ(classify({}, {}), CoverageClass::NoCell);
}

TEST(Coverage, FollowsTheRangesItIsGiven) {
    const CoverageRanges ranges{{-90, -100, -110}, {15, 5, 0}};
    EXPECT_EQ(classify({CellId{"1"}, -90.0, 15.0}, ranges), CoverageClass::Level0);
    EXPECT_EQ(classify({CellId{"1"}, -95.0, 20.0}, ranges), CoverageClass::Level1);
    EXPECT_EQ(classify({CellId{"1"}, -80.0, 4.9}, ranges), CoverageClass::Level2);
}

TEST(CoverageClass, IsReadBackFromItsName) {
    std::set<std::string_view> names;
    for (const auto coverage : kCoverageClasses) {
        EXPECT_EQ(parse_coverage_class(to_string(coverage)), coverage);
        names.insert(to_string(coverage));
    }
    EXPECT_EQ(names, (std::set<std::string_view>{"level0", "level1", "level2", "cell_only", "no_cell"}));
    EXPECT_FALSE(parse_coverage_class(""));
    EXPECT_FALSE(parse_coverage_class("Level0"));
    EXPECT_FALSE(parse_coverage_class("?"));
}

TEST(CellId, IsOneToThirtyTwoPrintableCharacters) {
    EXPECT_EQ(CellId::parse("268435455"), CellId{"268435455"});
    EXPECT_TRUE(CellId::parse(std::string(32, 'c')));
    EXPECT_FALSE(CellId::parse(std::string(33, 'c')));
    EXPECT_FALSE(CellId::parse(""));
    EXPECT_FALSE(CellId::parse("42\n"));
    EXPECT_FALSE(CellId::parse("\x1B[2J"));
    EXPECT_FALSE(CellId::parse("\xC3\xA9"));
}

TEST(CellKey, IsPrintedWithItsClass) {
    std::ostringstream out;
    out << CellKey{CellId{"4242"}, CoverageClass::Level1};
    EXPECT_EQ(out.str(), "4242/level1");
}

TEST(CellKey, OfTheSameCellInAnotherClassIsAnother) {
    const CellKey a{CellId{"4242"}, CoverageClass::Level1};
    const CellKey b{CellId{"4242"}, CoverageClass::Level2};
    EXPECT_NE(a, b);
    EXPECT_LT(a, b);
    EXPECT_NE(std::hash<CellKey>{}(a), std::hash<CellKey>{}(b));
}

}  // namespace
}  // namespace cellwise::domain
