// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/basic_time.hpp"

#include <gtest/gtest.h>

namespace cellwise::northbound {
namespace {

TEST(BasicTime, IsWrittenToTheSecond) {
    EXPECT_EQ(to_basic_time(from_unix_ms(1'735'787'045'678)), "20250102T030405Z");
    EXPECT_EQ(to_basic_time(from_unix_ms(0)), "19700101T000000Z");
    EXPECT_EQ(to_basic_time(std::optional<Timestamp>{}), std::nullopt);
}

TEST(BasicTime, IsReadInThisFormOnly) {
    EXPECT_EQ(parse_basic_time("20250102T030405Z"), from_unix_ms(1'735'787'045'000));
    EXPECT_EQ(parse_basic_time("20240229T235959Z"), from_unix_ms(1'709'251'199'000));
    for (const auto* text :
         {"", "20250102T030405", "2025-01-02T03:04:05Z", "20251302T030405Z", "20250229T030405Z", "20250102T240000Z",
          "20250102T036005Z", "20250102T030460Z", "20250102t030405Z", "20250102T030405z", "+0250102T030405Z",
          "2025010 T030405Z", "19691231T235959Z", "20250102T030405ZZ", "00000000T000000Z"}) {
        EXPECT_FALSE(parse_basic_time(text)) << text;
    }
}

}  // namespace
}  // namespace cellwise::northbound
