// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/command_inbox.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim::test {
namespace {

TEST(CommandInbox, TakesWhatIsNoPcp) {
    EXPECT_TRUE(CommandInbox::is_command(as_bytes("{}")));
    EXPECT_TRUE(CommandInbox::is_command(Bytes{0xFF}));
    EXPECT_FALSE(CommandInbox::is_command(Bytes{0xFF, 0xFE, 0x01}));
}

TEST(CommandInbox, AnswersCommandsThatBearANumber) {
    CommandInbox inbox;
    const auto answer = inbox.take(as_bytes(R"({"mid":7,"serviceId":"a","method":"b","paras":{}})"), false);
    ASSERT_TRUE(answer);
    EXPECT_EQ(as_text(*answer), R"({"mid":7,"errcode":0})");
    for (const auto* other : {R"({"mid":"7"})", R"({"no":7})", "[7]", "raw", ""}) {
        EXPECT_EQ(inbox.take(as_bytes(other), true), std::nullopt) << other;
    }
    EXPECT_EQ(inbox.record().commands, 6U);
    EXPECT_EQ(inbox.record().while_upgrading, 5U);
}

}  // namespace
}  // namespace cellwise::sim::test
