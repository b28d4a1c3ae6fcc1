// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/package.hpp"

#include "cellwise/domain/pcp.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace cellwise::domain {
namespace {

constexpr auto kMaxSize = std::numeric_limits<std::uint64_t>::max();

TEST(ChunkCount, RoundsUpBecauseTheLastChunkIsShort) {
    EXPECT_EQ(chunk_count(0, 500), 0U);
    EXPECT_EQ(chunk_count(1, 500), 1U);
    EXPECT_EQ(chunk_count(499, 500), 1U);
    EXPECT_EQ(chunk_count(500, 500), 1U);
    EXPECT_EQ(chunk_count(501, 500), 2U);
}

TEST(ChunkCount, ReachesThePcpLimitWhereTheProtocolSays) {
    EXPECT_EQ(chunk_count(65'535ULL * 500, 500), pcp::kMaxChunkCount);
    EXPECT_EQ(chunk_count(65'535ULL * 500 + 1, 500), pcp::kMaxChunkCount + 1ULL);
    EXPECT_EQ(chunk_count(65'535ULL * 32, 32), pcp::kMaxChunkCount);
    EXPECT_EQ(chunk_count(65'535ULL * 32 + 1, 32), pcp::kMaxChunkCount + 1ULL);
}

TEST(ChunkCount, DoesNotOverflow) {
    EXPECT_EQ(chunk_count(kMaxSize, 1), kMaxSize);
    EXPECT_EQ(chunk_count(kMaxSize, 500), kMaxSize / 500 + 1);
}

TEST(WireCheckCode, OfFourHexDigitsIsTheirValue) {
    EXPECT_EQ(wire_check_code("1234"), 0x1234);
    EXPECT_EQ(wire_check_code("beef"), 0xBEEF);
    EXPECT_EQ(wire_check_code("BEEF"), 0xBEEF);
    EXPECT_EQ(wire_check_code("0000"), 0x0000);
    EXPECT_EQ(wire_check_code("00fF"), 0x00FF);
}

TEST(WireCheckCode, OfTwoCharactersIsTheirAscii) {
    EXPECT_EQ(wire_check_code("12"), 0x3132);
    EXPECT_EQ(wire_check_code("86"), 0x3836);
    EXPECT_EQ(wire_check_code("zz"), 0x7A7A);
}

TEST(WireCheckCode, OfNoCharactersIsZero) { EXPECT_EQ(wire_check_code(""), 0); }

// The values are kept by devices as their key for resuming: another hash would make every download begin anew.
TEST(WireCheckCode, OfAnythingElseIsAHashThatStaysTheSameForEver) {
    EXPECT_EQ(wire_check_code("zzzz"), 0x72CC);
    EXPECT_EQ(wire_check_code("12g4"), 0x377E);
    EXPECT_EQ(wire_check_code("1"), 0x9310);
    EXPECT_EQ(wire_check_code("123"), 0x1123);
    EXPECT_EQ(wire_check_code("12345"), 0x831A);
}

TEST(WireCheckCode, OfAHashIsNeverTheZeroThatMeansNone) {
    std::string code = "g000";
    for (char a = '!'; a < '~'; ++a) {
        for (char b = '!'; b < '~'; ++b) {
            for (char c = '!'; c < '~'; ++c) {
                code[1] = a;
                code[2] = b;
                code[3] = c;
                ASSERT_NE(wire_check_code(code), 0) << code;
            }
        }
    }
}

struct Match {
    const char* version;
    const char* pattern;
    bool matches;
};

class Pattern : public testing::TestWithParam<Match> {};

TEST_P(Pattern, MatchesTheWholeVersionOrNotAtAll) {
    const auto& [version, pattern, matches] = GetParam();
    EXPECT_EQ(matches_pattern(version, pattern), matches) << '"' << version << "\" against \"" << pattern << '"';
}

INSTANTIATE_TEST_SUITE_P(
    Package, Pattern,
    testing::Values(Match{"V1.0", "V1.0", true}, Match{"V1.0", "V1", false}, Match{"V1", "V1.0", false},
                    Match{"1.1.10", "1.1.1", false}, Match{"V1.0", "v1.0", false},  // case matters
                    Match{"", "", true}, Match{"V1", "", false}, Match{"", "*", true}, Match{"", "?", false},
                    Match{"V1.0", "*", true}, Match{"V1.0", "**", true}, Match{"V1.0", "V*", true},
                    Match{"V1.0", "*.0", true}, Match{"V1.1", "*.0", false}, Match{"V1.0", "V*0", true},
                    Match{"V0", "V*0", true}, Match{"V", "V*0", false}, Match{"V1.0", "V?.?", true},
                    Match{"V10.0", "V?.?", false}, Match{"V.0", "V?.?", false}, Match{"V1.0.7", "V1.*.?", true},
                    Match{"V1.0.17", "V1.*.?", false}, Match{"abcabd", "*abd", true}, Match{"aXbXbXc", "a*b*c", true},
                    Match{"aXbXbXd", "a*b*c", false}, Match{"ab", "a*?b", false}, Match{"a*b", "a*b", true},
                    Match{"V1[0]", "V1[0]", true}, Match{"V10", "V1[0]", false}));

TEST(PatternMatching, TakesNoTimeOnAPatternOfStarsOnly) {
    // Going back to every star would take some 10^40 steps here.
    std::string pattern;
    for (int i = 0; i < 100; ++i) pattern += "*a";
    EXPECT_FALSE(matches_pattern(std::string(1000, 'a') + "b", pattern + "c"));
    EXPECT_TRUE(matches_pattern(std::string(1000, 'a'), pattern));
}

TEST(SourceVersions, AcceptAnyVersionWhenNoneIsNamed) {
    EXPECT_TRUE(accepts_source_version({}, *Version::parse("V1.0")));
    EXPECT_TRUE(accepts_source_version({}, Version{}));
}

TEST(SourceVersions, AcceptWhatOneOfThemMatches) {
    const std::vector<std::string> patterns{"V1.?", "V2.0"};
    EXPECT_TRUE(accepts_source_version(patterns, *Version::parse("V1.7")));
    EXPECT_TRUE(accepts_source_version(patterns, *Version::parse("V2.0")));
    EXPECT_FALSE(accepts_source_version(patterns, *Version::parse("V2.1")));
    EXPECT_FALSE(accepts_source_version(patterns, Version{}));
}

TEST(SourceVersions, MatchTheBytesAndNotTheirEscapes) {
    const auto hostile = Version::from_wire(Bytes{'V', 0xFF});
    EXPECT_TRUE(accepts_source_version({"V?"}, hostile));
    EXPECT_FALSE(accepts_source_version({"V?xff"}, hostile));
}

}  // namespace
}  // namespace cellwise::domain
