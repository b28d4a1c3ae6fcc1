// SPDX-License-Identifier: Apache-2.0
#include "cellwise/base/assert.hpp"

#include <gtest/gtest.h>

namespace cellwise {
namespace {

TEST(Assert, PassesOnWhatHolds) {
    int evaluations = 0;
    CELLWISE_ASSERT(++evaluations == 1);
    EXPECT_EQ(evaluations, 1);
}

TEST(AssertDeathTest, SaysWhatDidNotHoldAndWhereAndEndsTheProcess) {
    const int chairs = 3;
    EXPECT_DEATH(CELLWISE_ASSERT(chairs == 4), "assert_test.cpp:[0-9]+: .*chairs == 4");
}

}  // namespace
}  // namespace cellwise
