// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/access.hpp"

#include <gtest/gtest.h>

namespace cellwise::domain {
namespace {

TEST(Role, IsReadBackFromItsName) {
    EXPECT_EQ(parse_role("viewer"), Role::Viewer);
    EXPECT_EQ(parse_role("operator"), Role::Operator);
    EXPECT_EQ(parse_role("admin"), Role::Admin);
    for (const auto role : {Role::Viewer, Role::Operator, Role::Admin}) EXPECT_EQ(parse_role(to_string(role)), role);
}

TEST(Role, OfAnyOtherNameIsNone) {
    EXPECT_FALSE(parse_role(""));
    EXPECT_FALSE(parse_role("Admin"));
    EXPECT_FALSE(parse_role("root"));
}

TEST(Role, IncludesTheOnesBeforeIt) {
    EXPECT_LT(Role::Viewer, Role::Operator);
    EXPECT_LT(Role::Operator, Role::Admin);
}

}  // namespace
}  // namespace cellwise::domain
