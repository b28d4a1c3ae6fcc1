// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/session_rules.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace cellwise::http {
namespace {

TEST(SessionRules, PrescribeAStatusForTheServersOwnFaults) {
    EXPECT_EQ(prescribed_status(timeout("x")), 408);
    EXPECT_EQ(prescribed_status(Error{ErrorKind::TooLarge, "http.body.too_large", {}}), 413);
    EXPECT_EQ(prescribed_status(Error{ErrorKind::TooLarge, "http.header.too_large", {}}), 431);
    EXPECT_EQ(prescribed_status(invalid("package.broken", {}, {})), std::nullopt);
}

TEST(SessionRules, KnowExpectationsInAnyCase) {
    EXPECT_TRUE(is_continue("100-Continue"));
    EXPECT_FALSE(is_continue("100-continued"));
    EXPECT_FALSE(is_continue(""));
}

TEST(SessionRules, LetAHandlerCloseTheConnection) {
    EXPECT_TRUE(says_close({.headers = {{"connection", "Close"}}}));
    EXPECT_FALSE(says_close({.headers = {{"connection", "keep-alive"}}}));
    EXPECT_FALSE(says_close({}));
}

TEST(SessionRules, TurnWhatAHandlerThrowsIntoAnError) {
    const auto threw = guarded([]() -> Status { throw std::runtime_error("oops"); });
    ASSERT_FALSE(threw);
    EXPECT_EQ(threw.error().kind, ErrorKind::Internal);
    EXPECT_FALSE(guarded([]() -> Result<int> { throw 1; }));
    EXPECT_EQ(guarded([]() -> Result<int> { return 7; }).value(), 7);
}

}  // namespace
}  // namespace cellwise::http
