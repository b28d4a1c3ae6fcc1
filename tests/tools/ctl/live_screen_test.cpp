// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/live_screen.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cellwise::ctl {
namespace {

/// The least terminal: what it shows after all of `text`. Knows what LiveScreen uses.
std::vector<std::string> shown(const std::string& text) {
    std::vector<std::string> lines{""};
    std::size_t row = 0;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\n') {
            column = 0;
            if (++row == lines.size()) lines.emplace_back();
        } else if (text[at] == '\x1b') {
            const auto end = text.find_first_of("FKJhl", at);
            if (text[end] == 'F') row -= std::stoul(text.substr(at + 2)), column = 0;
            if (text[end] == 'K') lines[row].resize(column);
            if (text[end] == 'J') lines.resize(row + 1), lines[row].resize(column);
            at = end;
        } else {
            lines[row].resize(std::max(lines[row].size(), column + 1));
            lines[row][column++] = text[at];
        }
    }
    return lines;
}

using Lines = std::vector<std::string>;

TEST(LiveScreen, DrawsOverWhatItDrewBefore) {
    std::ostringstream out;
    LiveScreen screen(out);
    screen.draw({"one", "a long line", "three"});
    screen.draw({"ONE", "short", "three", "four"});
    EXPECT_EQ(shown(out.str()), (Lines{"ONE", "short", "three", "four", ""}));
    screen.draw({"only"});
    EXPECT_EQ(shown(out.str()), (Lines{"only", ""}));
}

TEST(LiveScreen, LeavesTheTerminalAsItWas) {
    std::ostringstream out;
    {
        LiveScreen screen(out);
        screen.draw({"x"});
    }
    const auto text = out.str();
    EXPECT_GT(text.rfind("\x1b[?25h"), text.rfind("\x1b[?25l"));  // the cursor
    EXPECT_GT(text.rfind("\x1b[?7h"), text.rfind("\x1b[?7l"));    // wrapping
}

TEST(LiveScreen, SaysNothingWhenNothingWasDrawn) {
    std::ostringstream out;
    { LiveScreen screen(out); }
    EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace cellwise::ctl
