// SPDX-License-Identifier: Apache-2.0
#include "cellwise/base/bytes.hpp"

#include <gtest/gtest.h>

namespace cellwise {
namespace {

Bytes every_byte() {
    Bytes bytes;
    for (unsigned byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<std::uint8_t>(byte));
    return bytes;
}

TEST(Hex, IsLowerCaseWithTwoDigitsAByte) {
    EXPECT_EQ(to_hex(Bytes{0x00, 0x0A, 0xFF}), "000aff");
    EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, ReadsBackEveryByte) {
    Bytes read;
    ASSERT_TRUE(from_hex(to_hex(every_byte()), read));
    EXPECT_EQ(read, every_byte());
}

TEST(Hex, IsReadInEitherCase) {
    Bytes read;
    ASSERT_TRUE(from_hex("aBcDeF", read));
    EXPECT_EQ(read, (Bytes{0xAB, 0xCD, 0xEF}));
}

TEST(Hex, OfNothingIsNothingWhateverStoodThere) {
    Bytes read{1, 2};
    ASSERT_TRUE(from_hex("", read));
    EXPECT_TRUE(read.empty());
}

TEST(Hex, RefusesAnOddLength) {
    Bytes read;
    EXPECT_FALSE(from_hex("abc", read));
    EXPECT_FALSE(from_hex("0", read));
}

TEST(Hex, RefusesEveryForeignCharacterInEitherPlace) {
    const std::string digits = "0123456789abcdefABCDEF";
    Bytes read;
    for (const auto byte : every_byte()) {
        const auto c = static_cast<char>(byte);
        const bool is_digit = digits.find(c) != std::string::npos;
        EXPECT_EQ(from_hex(std::string{c, '0'}, read), is_digit) << int{byte};
        EXPECT_EQ(from_hex(std::string{'0', c}, read), is_digit) << int{byte};
    }
}

TEST(Printable, LeavesPlainTextAsItIs) { EXPECT_EQ(printable("V1.0 (beta)~"), "V1.0 (beta)~"); }

TEST(Printable, EscapesWhatATerminalWouldActUpon) {
    EXPECT_EQ(printable("\x1B[2J\r\n\x07"), "\\x1b[2J\\x0d\\x0a\\x07");
    EXPECT_EQ(printable("\x7F\x80\xFF"), "\\x7f\\x80\\xff");
    EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(Printable, EscapesTheBackslashSoThatNoTwoTextsLookAlike) {
    EXPECT_EQ(printable("\\x41"), "\\x5cx41");
    EXPECT_NE(printable("\\x00"), printable(std::string_view("\0", 1)));
}

TEST(Printable, YieldsPrintableAsciiOnly) {
    for (const char c : printable(as_text(every_byte()))) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << int{c};
}

TEST(Views, ShowTheSameBytesAsTextAndBack) {
    const std::string text("a\0\xFF", 3);
    EXPECT_EQ(to_hex(as_bytes(text)), "6100ff");
    EXPECT_EQ(as_text(as_bytes(text)), text);
}

}  // namespace
}  // namespace cellwise
