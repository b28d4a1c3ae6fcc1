// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/advice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::ctl {
namespace {

using testing::HasSubstr;

std::string advice(ErrorKind kind, const char* code, const char* value = "", const char* token = "") {
    return advice_for({kind, code, "", "", value}, {.server = "http://s", .token = token});
}

TEST(Advice, SaysHowToGiveAToken) {
    EXPECT_THAT(advice(ErrorKind::Unauthenticated, "access.token.unknown"), HasSubstr("--token-file"));
    EXPECT_THAT(advice(ErrorKind::Unauthenticated, "access.token.unknown", "", "t"), HasSubstr("revoked"));
    EXPECT_THAT(advice(ErrorKind::Forbidden, "access.role"), HasSubstr("greater role"));
}

TEST(Advice, SaysWhomToTrust) {
    EXPECT_THAT(advice(ErrorKind::Unavailable, "tls.unknown", "AB:CD"), HasSubstr("SHA-256"));
    EXPECT_THAT(advice(ErrorKind::Unavailable, "tls.unknown", "AB:CD"), HasSubstr("--ca"));
    EXPECT_EQ(advice(ErrorKind::Unavailable, "tls.unknown").find("SHA-256"), std::string::npos);
}

TEST(Advice, SaysHowToStartTheDaemon) {
    EXPECT_THAT(advice(ErrorKind::Unavailable, "reach.refused"), HasSubstr("systemctl status cellwised"));
}

TEST(Advice, IsSilentWhereTheErrorSaysItAll) {
    EXPECT_EQ(advice(ErrorKind::InvalidInput, "request.field.missing"), "");
}

}  // namespace
}  // namespace cellwise::ctl
