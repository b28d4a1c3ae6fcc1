// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/byte_range.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace cellwise::download {

void PrintTo(const ByteRange& range, std::ostream* out) {
    *out << "kind " << static_cast<int>(range.kind) << ", " << range.count << " from " << range.first;
}

namespace {

constexpr ByteRange kWhole{};
constexpr ByteRange kNone{.kind = ByteRange::Kind::None};

constexpr ByteRange part(std::uint64_t first, std::uint64_t count) {
    return {.kind = ByteRange::Kind::Part, .first = first, .count = count};
}
ByteRange of_thousand(std::string_view field) { return parse_range(field, 1000, CountsFrom::Zero); }
ByteRange from_one(std::string_view field) { return parse_range(field, 1000, CountsFrom::One); }

TEST(ByteRange, IsTheWholeWhereNoneIsAsked) { EXPECT_EQ(parse_range(std::nullopt, 1000, CountsFrom::Zero), kWhole); }

TEST(ByteRange, IsReadInAllItsForms) {
    EXPECT_EQ(of_thousand("bytes=0-499"), part(0, 500));
    EXPECT_EQ(of_thousand("bytes=500-999"), part(500, 500));
    EXPECT_EQ(of_thousand("bytes=999-999"), part(999, 1));
    EXPECT_EQ(of_thousand("bytes=500-"), part(500, 500));
    EXPECT_EQ(of_thousand("bytes=-1"), part(999, 1));
    EXPECT_EQ(of_thousand("Bytes= 0-0 "), part(0, 1));
}

TEST(ByteRange, EndsWithTheFile) {
    EXPECT_EQ(of_thousand("bytes=0-1000"), part(0, 1000));
    EXPECT_EQ(of_thousand("bytes=990-18446744073709551615"), part(990, 10));
    EXPECT_EQ(of_thousand("bytes=990-99999999999999999999999"), part(990, 10));
    EXPECT_EQ(of_thousand("bytes=-5000"), part(0, 1000));
}

TEST(ByteRange, IsNoneWhereNoByteIsInIt) {
    EXPECT_EQ(of_thousand("bytes=1000-"), kNone);
    EXPECT_EQ(of_thousand("bytes=1000-1001"), kNone);
    EXPECT_EQ(of_thousand("bytes=99999999999999999999999-"), kNone);
    EXPECT_EQ(of_thousand("bytes=-0"), kNone);
    EXPECT_EQ(parse_range("bytes=0-", 0, CountsFrom::Zero), kNone);
    EXPECT_EQ(parse_range("bytes=-5", 0, CountsFrom::Zero), kNone);
}

TEST(ByteRange, IsTheWholeWhereItIsMalformedOrAList) {
    for (const auto* field : {"bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=0-4,6-8", "bytes=0-4x",
                              "bytes=+1-2", "bytes=0x1-2", "bytes 0-4", "items=0-4", "", "bytes=--5", "bytes=1--5"}) {
        EXPECT_EQ(of_thousand(field), kWhole) << field;
    }
}

TEST(ByteRange, CountsFromOneWhereTheDeviceDoes) {
    EXPECT_EQ(from_one("bytes=1-500"), part(0, 500));
    EXPECT_EQ(from_one("bytes=501-1000"), part(500, 500));
    EXPECT_EQ(from_one("bytes=1-"), part(0, 1000));
    EXPECT_EQ(from_one("bytes=1000-1000"), part(999, 1));
    EXPECT_EQ(from_one("bytes=1001-"), kNone);
    EXPECT_EQ(from_one("bytes=0-"), part(0, 1000)) << "the beginning is the beginning";
    EXPECT_EQ(from_one("bytes=-10"), part(990, 10)) << "the last ten are the same";
}

TEST(ContentRange, IsWrittenAsTheDeviceCounts) {
    EXPECT_EQ(content_range(part(0, 500), 1000, CountsFrom::Zero), "bytes 0-499/1000");
    EXPECT_EQ(content_range(part(0, 500), 1000, CountsFrom::One), "bytes 1-500/1000");
    EXPECT_EQ(content_range(kNone, 1000, CountsFrom::Zero), "bytes */1000");
}

}  // namespace
}  // namespace cellwise::download
