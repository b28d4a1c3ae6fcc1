// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/version.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace cellwise::domain {
namespace {

TEST(Version, IsOneToSixteenPrintableCharacters) {
    EXPECT_TRUE(Version::parse("1"));
    EXPECT_TRUE(Version::parse("0123456789ABCDEF"));
    EXPECT_TRUE(Version::parse(" ~"));
    EXPECT_FALSE(Version::parse(""));
    EXPECT_FALSE(Version::parse("0123456789ABCDEFG"));
    EXPECT_FALSE(Version::parse("V1\n"));
    EXPECT_FALSE(Version::parse("V1\x7F"));
    EXPECT_FALSE(Version::parse("V\xC3\xA9"));
    EXPECT_FALSE(Version::parse(std::string_view("V\0001", 3)));
}

TEST(Version, IsPaddedWithZerosOnTheWire) {
    const auto version = *Version::parse("V1.0");
    EXPECT_EQ(to_hex(version.wire()), "56312e30000000000000000000000000");
    EXPECT_EQ(version.raw(), "V1.0");
}

TEST(Version, OfSixteenCharactersHasNoTerminator) {
    const auto version = *Version::parse("0123456789ABCDEF");
    EXPECT_EQ(version.wire().back(), 'F');
    EXPECT_EQ(version.raw(), "0123456789ABCDEF");
}

TEST(Version, DiffersWhenAnyOfTheSixteenBytesDoes) {
    EXPECT_EQ(Version::parse("1.1.1"), Version::parse("1.1.1"));
    EXPECT_NE(Version::parse("1.1.1"), Version::parse("1.1.10"));
    EXPECT_NE(Version::parse("v1"), Version::parse("V1"));
    EXPECT_NE(Version::parse("V1"), Version::parse("V1 "));
    EXPECT_NE(Version::parse("0123456789ABCDEF"), Version::parse("0123456789ABCDEG"));
}

TEST(Version, OfZerosOnlyIsEmptyAndNoTarget) {
    const auto version = Version::from_wire(Bytes(16));
    EXPECT_TRUE(version.empty());
    EXPECT_EQ(version.raw(), "");
    EXPECT_EQ(version, Version{});
    EXPECT_NE(version, *Version::parse("V1.0"));
}

TEST(Version, FromTheWireEndsAtTheFirstZero) {
    const Bytes field{'V', '1', 0, 'x', 0, 'y'};
    EXPECT_EQ(Version::from_wire(field), *Version::parse("V1"));
}

TEST(Version, FromTheWireEndsAfterSixteenBytes) {
    EXPECT_EQ(Version::from_wire(as_bytes("0123456789ABCDEFtoo long")), *Version::parse("0123456789ABCDEF"));
}

TEST(Version, FromTheWireMayBeShorterThanItsField) {
    EXPECT_EQ(Version::from_wire(as_bytes("V2")), *Version::parse("V2"));
    EXPECT_TRUE(Version::from_wire({}).empty());
}

TEST(Version, ThatIsHostileIsEscapedForPeopleAndKeptForComparing) {
    const Bytes field{0x1B, '[', '2', 'J', 0xFF, '\\', '\n'};
    const auto version = Version::from_wire(field);
    EXPECT_EQ(version.text(), "\\x1b[2J\\xff\\x5c\\x0a");
    EXPECT_EQ(version.raw(), as_text(field));
}

TEST(Version, IsPrintedEscaped) {
    std::ostringstream out;
    out << Version::from_wire(Bytes{'V', 7});
    EXPECT_EQ(out.str(), "\"V\\x07\"");
}

}  // namespace
}  // namespace cellwise::domain
