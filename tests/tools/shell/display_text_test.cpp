// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/display_text.hpp"

#include <gtest/gtest.h>

namespace cellwise::shell {
namespace {

TEST(EscapedText, KeepsTheLettersOfEveryScript) {
    for (const auto* text : {"meter 7", "Zürich", "水表", "مقياس", "น้ำ", "e\u0301", "💧", "C:\\meters"}) {
        EXPECT_EQ(escaped(text), text);
    }
}

TEST(EscapedText, GivesATerminalNothingToObey) {
    EXPECT_EQ(escaped("\x1b[2J"), "\\x1b[2J");
    EXPECT_EQ(escaped("a\nb\r\t\x7f"), "a\\nb\\r\\t\\x7f");
    EXPECT_EQ(escaped(std::string_view("\0\a", 2)), "\\x00\\x07");
    EXPECT_EQ(escaped("\xc2\x9b"
                      "31m"),
              "\\u{9b}31m");  // CSI of the C1 set, in UTF-8
    EXPECT_EQ(escaped("\x9b"
                      "31m"),
              "\\x9b31m");
}

TEST(EscapedText, ShowsWhatWouldTurnOrHideOthers) {
    EXPECT_EQ(escaped("ab\u202Ecd"), "ab\\u{202e}cd");
    EXPECT_EQ(escaped("V2\u200B.0"), "V2\\u{200b}.0");
    EXPECT_EQ(escaped("\uFEFFx\u2028"), "\\u{feff}x\\u{2028}");
}

TEST(EscapedText, TakesNoOtherFormThanTheShortest) {
    EXPECT_EQ(escaped("\xc0\xaf"), "\\xc0\\xaf");
    EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
    EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // past the last
    EXPECT_EQ(escaped("\xe6\xb0"), "\\xe6\\xb0");                    // cut short
    EXPECT_EQ(escaped("\xe6\xb0x"), "\\xe6\\xb0x");
}

TEST(DisplayWidth, IsTheNumberOfPlaces) {
    EXPECT_EQ(display_width("meter"), 5U);
    EXPECT_EQ(display_width("Zürich"), 6U);
    EXPECT_EQ(display_width("水表"), 4U);
    EXPECT_EQ(display_width("e\u0301"), 1U);
    EXPECT_EQ(display_width("💧"), 2U);
    EXPECT_EQ(display_width("█░│"), 3U);
}

TEST(FittedText, EndsInAnEllipsisWhereItIsCut) {
    EXPECT_EQ(fitted("meter", 5), "meter");
    EXPECT_EQ(fitted("meters", 5), "mete…");
    EXPECT_EQ(fitted("meters", 1), "…");
    EXPECT_EQ(fitted("meters", 0), "");
}

TEST(FittedText, CutsNoWideCharacterInHalf) {
    EXPECT_EQ(fitted("水表水表", 8), "水表水表");
    EXPECT_EQ(fitted("水表水表", 7), "水表水…");
    EXPECT_EQ(fitted("水表水表", 6), "水表…");  // the third would take the place of the ellipsis
}

}  // namespace
}  // namespace cellwise::shell
