// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/fault.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

TEST(Fault, ReadsBackItsOwnName) {
    for (const auto& fault : Fault::all()) {
        const auto parsed = Fault::parse(fault.name());
        ASSERT_TRUE(parsed) << fault.name();
        EXPECT_EQ(*parsed, fault);
    }
    EXPECT_EQ(Fault::parse("same-version")->kind, FaultKind::SameVersion);
}

TEST(Fault, RefusesAResultByteThatPcpDoesNotListThere) {
    EXPECT_TRUE(Fault::parse("fail-24-0a"));
    EXPECT_FALSE(Fault::parse("fail-22-0a"));
    EXPECT_EQ(Fault::parse("fail-22-0a").error().value, "fail-22-0a");
}

TEST(Fault, TableStandsInTheOrderOfTheKinds) {
    for (std::size_t i = 0; i < fault_table().size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(fault_table()[i].kind), i) << fault_table()[i].name;
    }
}

}  // namespace
}  // namespace cellwise::sim
