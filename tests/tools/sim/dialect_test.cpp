// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/dialect.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

TEST(Dialect, ReadsBackItsOwnName) {
    for (const auto& dialect : Dialect::all()) {
        const auto parsed = Dialect::parse(dialect.name());
        ASSERT_TRUE(parsed) << dialect.name();
        EXPECT_EQ(*parsed, dialect);
    }
}

TEST(Dialect, NamesTheForeignWord) {
    const auto parsed = Dialect::parse("non+polite+hasty");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().value, "polite");
    EXPECT_EQ(parsed.error().field, "dialects");
}

TEST(Dialect, TableStandsInTheOrderOfTheTraits) {
    for (std::size_t i = 0; i < trait_table().size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(trait_table()[i].trait), i) << trait_table()[i].name;
    }
}

}  // namespace
}  // namespace cellwise::sim
