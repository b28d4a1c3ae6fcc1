// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/column_table.hpp"

#include "tools/shell/display_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::ctl {
namespace {

using shell::Colour;
using testing::ElementsAre;

ColumnTable a_table() {
    ColumnTable table({{"ID", ColumnTable::Align::Left, ColumnTable::Cut::Never},
                       {"NAME"},
                       {"SIZE", ColumnTable::Align::Right, ColumnTable::Cut::Never},
                       {"NOTE"}});
    table.add_row({{"0123456789ab"}, {"水表"}, {"7"}, {"a long remark about it"}});
    table.add_row({{"1"}, {"meter"}, {"1234"}, {""}});
    return table;
}

TEST(ColumnTable, StandsUnderItsTitlesByWhatIsSeen) {
    EXPECT_THAT(a_table().lines({}, Colour::Off),
                ElementsAre("ID            NAME   SIZE  NOTE", "0123456789ab  水表      7  a long remark about it",
                            "1             meter  1234  "));
}

TEST(ColumnTable, CutsTheWidestThatMayBeCut) {
    EXPECT_EQ(a_table().lines(43, Colour::Off)[1], "0123456789ab  水表      7  a long remark a…");
    EXPECT_THAT(a_table().left_out(43), ElementsAre());
}

TEST(ColumnTable, LeavesTheLastOutWhereCuttingIsNotEnough) {
    EXPECT_EQ(a_table().lines(38, Colour::Off)[1], "0123456789ab  水表      7");
    EXPECT_THAT(a_table().left_out(38), ElementsAre("NOTE"));
    EXPECT_THAT(a_table().left_out({}), ElementsAre());
}

TEST(ColumnTable, NeverCutsAnId) {
    EXPECT_EQ(a_table().lines(10, Colour::Off)[1], "0123456789ab  水表");
    EXPECT_THAT(a_table().left_out(10), ElementsAre("SIZE", "NOTE"));
}

TEST(ColumnTable, KeepsItsWidthsWhenColoured) {
    ColumnTable table({{"STATE"}, {"N"}});
    table.add_row({{"bad", shell::Tone::Bad}, {"1"}});
    EXPECT_EQ(table.lines({}, Colour::On)[1], "\x1b[1;31mbad\x1b[0m    1");
}

}  // namespace
}  // namespace cellwise::ctl
