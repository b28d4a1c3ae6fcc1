// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace cellwise::sim {
namespace {

TEST(PlanText, ReadsServers) {
    EXPECT_EQ(*parse_server("example.org:1234"), (std::pair<std::string, std::uint16_t>("example.org", 1234)));
    EXPECT_EQ(*parse_server("10.0.0.1"), (std::pair<std::string, std::uint16_t>("10.0.0.1", 5683)));
    EXPECT_EQ(*parse_server("[::1]:5683"), (std::pair<std::string, std::uint16_t>("::1", 5683)));
    for (const auto* wrong : {"", ":5683", "host:", "host:0", "host:65536", "host:12a"}) {
        EXPECT_FALSE(parse_server(wrong)) << wrong;
    }
}

TEST(PlanText, ReadsCellsWithTheirSizes) {
    EXPECT_EQ(*parse_cells("4242:50,4243:30:bad", std::nullopt),
              (std::vector<CellPlan>{{.id = 4242, .devices = 50},
                                     {.id = 4243, .devices = 30, .profile = CoverageProfile::Bad}}));
    EXPECT_TRUE(parse_cells("4242:50", 50));
    EXPECT_FALSE(parse_cells("4242:50", 51));
    for (const auto* wrong : {"4242:", "x:5", "1:2:3", "1:2:bad:4", "1:2,", "-1:5"}) {
        EXPECT_FALSE(parse_cells(wrong, std::nullopt)) << wrong;
    }
}

TEST(PlanText, DealsDevicesOutAmongANumberOfCells) {
    const auto cells = *parse_cells("3", 11);
    ASSERT_EQ(cells.size(), 3U);
    EXPECT_EQ(cells[0].devices, 4U);
    EXPECT_EQ(cells[1].devices, 4U);
    EXPECT_EQ(cells[2].devices, 3U);
    EXPECT_NE(cells[0].id, cells[1].id);
    EXPECT_FALSE(parse_cells("0", 11));
}

TEST(PlanText, ReadsMixesWithWeights) {
    const auto dialects = *parse_dialects("standard:8,skip-20+non:2,hasty");
    ASSERT_EQ(dialects.size(), 3U);
    EXPECT_EQ(dialects[1].what, (Dialect{Trait::Skip20, Trait::Non}));
    EXPECT_EQ(dialects[1].weight, 2);
    EXPECT_EQ(dialects[2].weight, 1);
    EXPECT_EQ((*parse_faults("fail-22-07:0.5"))[0].what.code, pcp::ResultCode::PackageCheckFailed);
}

TEST(PlanText, SpreadsTheWeightOfAllOverAll) {
    const auto faults = *parse_faults("none:80,all:20");
    EXPECT_EQ(faults.size(), 1 + Fault::all().size());
    const auto total = std::accumulate(faults.begin() + 1, faults.end(), 0.0,
                                       [](double sum, const Weighted<Fault>& share) { return sum + share.weight; });
    EXPECT_NEAR(total, 20, 1e-9);
}

TEST(PlanText, NamesTheShareThatIsWrong) {
    EXPECT_EQ(parse_dialects("non:1,polite:2").error().value, "polite");
    EXPECT_EQ(parse_faults("none:-1").error().value, "none:-1");
    EXPECT_EQ(parse_faults("none:nan").error().field, "faults");
    EXPECT_FALSE(parse_faults("none:0"));
    EXPECT_FALSE(parse_faults(""));
}

TEST(PlanText, ReadsLimitsAndDelays) {
    const auto limits = *parse_limits("5,4,3,2");
    EXPECT_EQ(limits.level0, 5U);
    EXPECT_EQ(limits.cell_only, 2U);
    EXPECT_FALSE(parse_limits("5,4,3"));
    EXPECT_EQ(parse_limits("5,4,3,2,1")->no_cell, 1U);
    EXPECT_FALSE(parse_limits("5,4,3,2,1,0"));
    EXPECT_EQ(*parse_delay("20,300"), (std::pair(Duration{20}, Duration{300})));
    EXPECT_EQ(*parse_delay("20"), (std::pair(Duration{20}, Duration{20})));
    EXPECT_FALSE(parse_delay("300,20"));
    EXPECT_FALSE(parse_delay("1,2,3"));
}

}  // namespace
}  // namespace cellwise::sim
