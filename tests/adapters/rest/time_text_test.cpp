// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/time_text.hpp"

#include <gtest/gtest.h>

namespace cellwise::rest {
namespace {

TEST(ToRfc3339, WritesMillisecondsInUtc) {
    EXPECT_EQ(to_rfc3339(from_unix_ms(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(from_unix_ms(1'735'787'045'678)), "2025-01-02T03:04:05.678Z");
    EXPECT_EQ(to_rfc3339(std::optional<Timestamp>{}), std::nullopt);
}

TEST(ParseRfc3339, ReadsBackWhatWasWritten) {
    const auto at = from_unix_ms(1'735'787'045'678);
    EXPECT_EQ(parse_rfc3339(to_rfc3339(at)), at);
}

TEST(ParseRfc3339, TakesEveryFormOfTheRfc) {
    const auto at = from_unix_ms(1'735'787'045'000);
    EXPECT_EQ(parse_rfc3339("2025-01-02T03:04:05Z"), at);
    EXPECT_EQ(parse_rfc3339("2025-01-02t03:04:05z"), at);
    EXPECT_EQ(parse_rfc3339("2025-01-02 03:04:05Z"), at);
    EXPECT_EQ(parse_rfc3339("2025-01-02T11:04:05+08:00"), at);
    EXPECT_EQ(parse_rfc3339("2025-01-01T21:34:05-05:30"), at);
    EXPECT_EQ(parse_rfc3339("2025-01-02T03:04:05.5Z"), at + Duration(500));
    EXPECT_EQ(parse_rfc3339("2025-01-02T03:04:05.123456789Z"), at + Duration(123));
    EXPECT_EQ(parse_rfc3339("2024-02-29T00:00:00Z"), from_unix_ms(1'709'164'800'000));
    EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), from_unix_ms(1'483'228'800'000));
}

TEST(ParseRfc3339, TakesNothingElse) {
    for (const auto* text :
         {"", "now", "2025-01-02", "2025-01-02T03:04:05", "2025-01-02T03:04Z", "2025-13-02T03:04:05Z",
          "2025-02-29T03:04:05Z", "2025-01-02T24:00:00Z", "2025-01-02T03:60:05Z", "2025-01-02T03:04:61Z",
          "2025-01-02T03:04:05.Z", "2025-01-02T03:04:05.1234567890Z", "2025-01-02T03:04:05+24:00",
          "2025-01-02T03:04:05+08", "2025-01-02T03:04:05ZZ", "+025-01-02T03:04:05Z", "1969-12-31T23:59:59Z",
          "25-01-02T03:04:05Z", "2025-1-2T03:04:05Z"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

}  // namespace
}  // namespace cellwise::rest
