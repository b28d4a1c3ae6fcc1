// SPDX-License-Identifier: Apache-2.0
#include "app/new_id.hpp"

#include "tests/fakes/seeded_random.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cellwise::app {
namespace {

TEST(NewId, IsWellFormedAndNew) {
    fakes::SeededRandom random;
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_TRUE(is_well_formed(random_hex24(random), IdForm::Hex24));
        const auto uuid = random_uuid(random);
        EXPECT_TRUE(is_well_formed(uuid, IdForm::Uuid)) << uuid;
        EXPECT_EQ(uuid[14], '4') << "version 4";
        EXPECT_TRUE(seen.insert(uuid).second);
    }
    EXPECT_EQ(random_secret(random).size(), 64U);
}

TEST(NewId, SortsByTheSecondItWasMadeIn) {
    fakes::SeededRandom random;
    const auto early = timed_hex24(random, from_unix_ms(1'700'000'000'000));
    const auto late = timed_hex24(random, from_unix_ms(1'700'000'001'000));
    EXPECT_LT(early, late);
    EXPECT_EQ(early.substr(0, 8), "6553f100");
}

}  // namespace
}  // namespace cellwise::app
