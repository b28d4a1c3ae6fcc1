// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/command_table.hpp"

#include "tools/ctl/global_options.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cellwise::ctl {
namespace {

TEST(CommandTable, HasEveryNameOnce) {
    std::set<std::string_view> names;
    for (const auto& resource : command_table()) {
        EXPECT_TRUE(names.insert(resource.name).second) << resource.name;
        EXPECT_TRUE(resource.alias.empty() || names.insert(resource.alias).second) << resource.alias;
        std::set<std::string_view> verbs;
        for (const auto& verb : resource.verbs) EXPECT_TRUE(verbs.insert(verb.name).second) << verb.name;
        EXPECT_TRUE(!verbs.contains("") || verbs.size() == 1) << resource.name;
    }
}

/// The parser would take the one for the other.
TEST(CommandTable, HasNoOptionThatIsAGlobalOne) {
    std::set<std::string_view> global;
    for (const auto& option : global_options()) global.insert(option.name);
    for (const auto& resource : command_table()) {
        for (const auto& verb : resource.verbs) {
            std::set<std::string_view> own;
            for (const auto& parameter : verb.parameters) {
                EXPECT_FALSE(global.contains(parameter.name)) << resource.name << ' ' << verb.name << parameter.name;
                EXPECT_TRUE(own.insert(parameter.name).second) << resource.name << ' ' << verb.name << parameter.name;
                EXPECT_FALSE(parameter.help.empty()) << resource.name << ' ' << verb.name << parameter.name;
            }
        }
    }
}

TEST(CommandTable, IsFoundByNameAndBySingular) {
    ASSERT_NE(find_resource("tasks"), nullptr);
    EXPECT_EQ(find_resource("task"), find_resource("tasks"));
    EXPECT_EQ(find_resource(""), nullptr);
    EXPECT_EQ(find_resource("nothing"), nullptr);
    EXPECT_NE(find_verb(*find_resource("task"), "watch"), nullptr);
    EXPECT_EQ(find_verb(*find_resource("task"), "look"), nullptr);
}

}  // namespace
}  // namespace cellwise::ctl
