// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/arguments.hpp"

#include <gtest/gtest.h>

namespace cellwise::ctl {
namespace {

TEST(Arguments, AreFoundByTheirNames) {
    Arguments arguments;
    arguments.add("TASK", "t1");
    arguments.add("--device", "a");
    arguments.add("--device", "b");
    arguments.add("--limit", "12");
    EXPECT_EQ(arguments.get("TASK"), "t1");
    EXPECT_EQ(arguments.all("--device"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(arguments.number("--limit"), 12);
    EXPECT_TRUE(arguments.has("--limit"));
    EXPECT_FALSE(arguments.has("--all"));
    EXPECT_FALSE(arguments.find("--all"));
    EXPECT_FALSE(arguments.number("TASK"));
    EXPECT_TRUE(arguments.all("--all").empty());
}

}  // namespace
}  // namespace cellwise::ctl
