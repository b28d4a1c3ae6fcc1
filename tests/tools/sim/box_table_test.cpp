// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/box_table.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

TEST(BoxTable, AlignsColumnsByWhatIsSeen) {
    BoxTable table({{"Cell"}, {"N", BoxTable::Align::Right}});
    table.add_row({"Zürich", "7"});
    table.add_rule();
    table.add_row({"a", "1234"});
    EXPECT_EQ(table.render(Colour::Off),
              "┌────────┬──────┐\n"
              "│ Cell   │    N │\n"
              "├────────┼──────┤\n"
              "│ Zürich │    7 │\n"
              "├────────┼──────┤\n"
              "│ a      │ 1234 │\n"
              "└────────┴──────┘\n");
}

TEST(BoxTable, KeepsItsWidthWhenColoured) {
    BoxTable table({{"A"}});
    table.add_row({{"bad", Tone::Bad}});
    auto text = table.render(Colour::On);
    EXPECT_NE(text.find("\x1b["), std::string::npos);
    for (auto at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b')) {
        text.erase(at, text.find('m', at) - at + 1);
    }
    EXPECT_EQ(text, table.render(Colour::Off));
}

}  // namespace
}  // namespace cellwise::sim
