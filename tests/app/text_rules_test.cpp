// SPDX-License-Identifier: Apache-2.0
#include "app/text_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::app {
namespace {

TEST(CheckText, CountsCharactersNotBytes) {
    EXPECT_TRUE(check_text("name", "\xE6\xB0\xB4\xE8\xA1\xA8", {1, 2}));  // two ideographs in six bytes
    EXPECT_TRUE(check_text("name", "\xF0\x9F\x98\x80", {1, 1}));          // one character in four bytes
    EXPECT_FALSE(check_text("name", "\xE6\xB0\xB4\xE8\xA1\xA8", {1, 1}));
    EXPECT_FALSE(check_text("name", "", {1, 2}));
    EXPECT_TRUE(check_text("name", "", {0, 2}));
}

TEST(CheckText, NamesFieldRuleAndValue) {
    const auto status = check_text("model", "abc", {1, 2});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error(),
              (Error{ErrorKind::InvalidInput, "text.invalid", "model must have 1 to 2 characters", "model", "abc"}));
}

class CheckTextRefuses : public testing::TestWithParam<std::string> {};

TEST_P(CheckTextRefuses, WhatIsNoName) { EXPECT_FALSE(check_text("name", GetParam(), {0, 100})); }

INSTANTIATE_TEST_SUITE_P(Texts, CheckTextRefuses,
                         testing::Values(" a", "a ", "a\nb", "a\tb", std::string("a\0b", 3), "a\x7F",
                                         "\xC2\x85",          // a control character of two bytes
                                         "\xFF", "\xC0\xAF",  // no UTF-8; overlong
                                         "\xE0\x80\xAF", "\xF0\x80\x80\xAF",
                                         "\xED\xA0\x80",      // a surrogate
                                         "\xF4\x90\x80\x80",  // beyond Unicode
                                         "\xE6\xB0", "\x80"));

}  // namespace
}  // namespace cellwise::app
