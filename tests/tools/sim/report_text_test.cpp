// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/report_text.hpp"

#include "tests/tools/sim/conversation.hpp"

#include <gmock/gmock.h>

namespace cellwise::sim::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

FleetReport a_report(std::size_t devices = 1) {
    FleetReport report{.seed = 5, .duration = Duration{12'345}};
    for (std::size_t i = 0; i < devices; ++i) report.devices.push_back({.script = a_script(), .end = End::Succeeded});
    report.classes.push_back({{.cell = 4242, .coverage = CoverageClass::Level0}, {.devices = 9, .most = 7}, 50});
    return report;
}

TEST(ReportText, ShowsClassesAgainstTheirLimits) {
    const auto text = render_report(a_report(), Colour::Off);
    EXPECT_THAT(text, AllOf(HasSubstr("│ 4242 │ level 0  │       9 │           7 │    50 │"), HasSubstr("12.3 s"),
                            HasSubstr("seed 5"), HasSubstr("✔")));
}

TEST(ReportText, ShowsTheFirstTwentyThatDeviate) {
    auto report = a_report(25);
    for (auto& device : report.devices) device.deviations.emplace_back("went astray");
    const auto text = render_report(report, Colour::Off);
    std::size_t shown = 0;
    for (auto at = text.find("went astray"); at != std::string::npos; at = text.find("went astray", at + 1)) ++shown;
    EXPECT_EQ(shown, 20U);
    EXPECT_THAT(text, AllOf(HasSubstr("and 5 more"), HasSubstr("✘ 25 devices deviate")));
}

TEST(ReportText, NeverHidesAnExceededLimitAmongManyCells) {
    auto report = a_report();
    for (std::int64_t cell = 1; cell <= 500; ++cell) {
        report.classes.push_back({{.cell = cell, .coverage = CoverageClass::Level1}, {.devices = 9, .most = 9}, 10});
    }
    report.classes[333].count.most = 11;
    const auto text = render_report(report, Colour::Off);
    EXPECT_THAT(text,
                AllOf(HasSubstr(" over "), HasSubstr("the fullest 40 of 501"), HasSubstr("1 limit was exceeded")));
}

TEST(ReportText, EscapesWhatATerminalWouldObey) {
    auto report = a_report();
    report.devices[0].script.node_id = "a\x1b[2J";
    report.devices[0].deviations.emplace_back("odd");
    EXPECT_THAT(render_report(report, Colour::Off), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace cellwise::sim::test
