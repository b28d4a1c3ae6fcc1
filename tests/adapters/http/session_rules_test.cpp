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

TEST(SessionRules, KeepOfARequestWhoAskedForWhat) {
    const ports::HttpRequest request{.method = ports::HttpMethod::Post,
                                     .path = "/x",
                                     .query = {{"a", "1"}},
                                     .headers = {{"Authorization", "Bearer t"}},
                                     .body = "body",
                                     .peer = "127.0.0.1",
                                     .over_tls = true,
                                     .client_subject = "CN=billing"};
    const auto kept = summary_of(request);
    EXPECT_EQ(kept.method, request.method);
    EXPECT_EQ(kept.path, request.path);
    EXPECT_EQ(kept.query, request.query);
    EXPECT_EQ(kept.peer, request.peer);
    EXPECT_EQ(kept.over_tls, request.over_tls);
    EXPECT_EQ(kept.client_subject, request.client_subject);
    EXPECT_TRUE(kept.headers.empty());
    EXPECT_EQ(kept.body, "");
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
