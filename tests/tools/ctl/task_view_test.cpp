// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/task_view.hpp"

#include "tools/shell/display_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::ctl {
namespace {

using nlohmann::ordered_json;
using shell::Colour;
using testing::ElementsAre;
using testing::HasSubstr;

ordered_json a_cell(const char* cell, const char* coverage, int in_use, int limit, int waiting) {
    return {{"cell", cell}, {"coverageClass", coverage}, {"inUse", in_use}, {"limit", limit}, {"waiting", waiting}};
}

TaskView a_view() {
    TaskView view;
    view.task = ordered_json::parse(R"({"taskId":"6b03","name":"first try","state":"processing",
        "counters":{"total":200,"wait":20,"processing":39,"success":140,"fail":1,"stop":0}})");
    view.cells = {a_cell("4244", "level2", 1, 1, 7), a_cell("4242", "level0", 25, 50, 0),
                  a_cell("4243", "cell_only", 10, 10, 4)};
    view.failures = {{"Waiting for report cellId timeout", 1}};
    view.watched = Duration(65'000);
    view.ended_at_first = 41;
    return view;
}

TEST(TaskViewDrawing, ShowsHowFarItIsTheFullestCellsAndWhyDevicesFailed) {
    EXPECT_THAT(draw(a_view(), 86, 24, Colour::Off),
                ElementsAre("task 6b03  first try  processing", "",
                            "  █████████████████████░░░░░░░░░  141/200 devices  70 %   1:05   about 0:38 left",
                            "  waiting 20   under way 39   upgraded 140   failed 1   stopped 0", "",
                            "  CELL  COVERAGE   AT ONCE                                IN LINE",
                            "  4242  level 0      25/50  ██████████████░░░░░░░░░░░░░░        0",
                            "  4243  cell only    10/10  ████████████████████████████        4",
                            "  4244  level 2        1/1  ████████████████████████████        7", "", "  FAILURES",
                            "  1  Waiting for report cellId timeout"));
}

TEST(TaskViewDrawing, FitsTheHeightAndSaysWhatItLeavesOut) {
    auto view = a_view();
    for (int i = 0; i < 100; ++i) view.cells.push_back(a_cell("9", "level0", 0, 50, 0));
    const auto lines = draw(view, 80, 20, Colour::Off);
    EXPECT_LT(lines.size(), 20U);
    EXPECT_THAT(lines, testing::Contains(HasSubstr("more")));
}

TEST(TaskViewDrawing, IsSafeWhateverItsNamesAre) {
    auto view = a_view();
    view.task["name"] = "\x1b[2J";
    view.cells[0]["cell"] = "a\nb";
    view.failures = {{"\x1b]0;evil\a", 1}};
    view.trouble = "no answer\n";
    for (const auto& line : draw(view, 80, 40, Colour::Off)) {
        EXPECT_EQ(line.find_first_of("\x1b\n\a"), std::string::npos) << line;
    }
}

TEST(TaskViewDrawing, HasNoBarOfNothing) {
    TaskView view;
    view.task = ordered_json::parse(R"({"taskId":"6b03","name":"n","state":"wait","counters":{"total":0}})");
    EXPECT_THAT(draw(view, 80, 24, Colour::Off)[2], HasSubstr("0/0 devices  0 %   0:00"));
}

TEST(TaskViewLine, IsTheSameForALog) {
    EXPECT_EQ(line_of(a_view()),
              "1:05  processing  140 of 200 upgraded, 1 failed, 39 under way, 20 waiting; 36 slots in use");
}

TEST(TaskViewEnd, IsWhenNothingGoesOnAnyMore) {
    auto view = a_view();
    EXPECT_FALSE(view.is_over());
    view.task["state"] = "stop";
    EXPECT_FALSE(view.is_over());  // 39 install
    view.task["counters"]["processing"] = 0;
    EXPECT_TRUE(view.is_over());
    view.task["state"] = "failed";
    EXPECT_TRUE(view.is_over());
}

TEST(ProgressBar, IsFullOnlyWithAllAndEmptyOnlyWithNone) {
    EXPECT_EQ(bar(0, 10, 4), "░░░░");
    EXPECT_EQ(bar(1, 1000, 4), "█░░░");
    EXPECT_EQ(bar(999, 1000, 4), "███░");
    EXPECT_EQ(bar(5, 10, 4), "██░░");
    EXPECT_EQ(bar(12, 10, 4), "████");
    EXPECT_EQ(bar(1, 0, 4), "░░░░");
}

TEST(ClockText, CountsHoursWhenThereAreSome) {
    EXPECT_EQ(clock_text(Duration(7'999)), "0:07");
    EXPECT_EQ(clock_text(Duration(3'599'000)), "59:59");
    EXPECT_EQ(clock_text(Duration(3'723'000)), "1:02:03");
}

}  // namespace
}  // namespace cellwise::ctl
