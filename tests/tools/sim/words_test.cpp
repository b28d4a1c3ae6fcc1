// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/words.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

TEST(SimWords, ReadVersionsHashesAndProfiles) {
    EXPECT_EQ(*parse_version("from-version", "V1.0"), "V1.0");
    EXPECT_EQ(parse_version("from-version", "").error().field, "from-version");
    EXPECT_EQ(*parse_sha256(std::string(64, 'A')), std::string(64, 'a'));
    EXPECT_FALSE(parse_sha256(std::string(63, 'a')));
    EXPECT_EQ(*parse_profile("bad"), CoverageProfile::Bad);
    EXPECT_FALSE(parse_profile("splendid"));
}

TEST(SimWords, KeepTheFirstOfManyErrors) {
    std::optional<Error> first;
    std::string into = "kept";
    take(parse_sha256("x"), into, first);
    take(parse_version("b", ""), into, first);
    EXPECT_EQ(first->field, "expect-sha256");
    EXPECT_EQ(into, "kept");
}

TEST(SimWords, RoundSecondsToMilliseconds) { EXPECT_EQ(from_seconds(0.0015), Duration{2}); }

TEST(SimWords, StandApartInAList) {
    EXPECT_EQ(padded("ab", 4), "ab  ");
    EXPECT_EQ(padded("abcdef", 4), "abcdef  ");
}

}  // namespace
}  // namespace cellwise::sim
