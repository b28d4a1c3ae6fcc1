// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/tone.hpp"

#include <gtest/gtest.h>

namespace cellwise::shell {
namespace {

TEST(Toned, IsTheTextBetweenItsCodes) {
    EXPECT_EQ(toned("bad", Tone::Bad, Colour::On), "\x1b[1;31mbad\x1b[0m");
    EXPECT_EQ(toned("plain", Tone::Plain, Colour::On), "plain");
}

TEST(Toned, IsTheTextAloneWithoutColour) { EXPECT_EQ(toned("bad", Tone::Bad, Colour::Off), "bad"); }

}  // namespace
}  // namespace cellwise::shell
