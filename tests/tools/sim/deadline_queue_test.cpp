// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/deadline_queue.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

Timestamp at(int ms) { return Timestamp{} + Duration{ms}; }

TEST(DeadlineQueue, GivesOutWhatHasComeTheEarliestFirstAndOnce) {
    DeadlineQueue queue;
    queue.arm(2, at(30));
    queue.arm(0, at(10));
    queue.arm(1, at(20));
    EXPECT_EQ(queue.next(), at(10));
    EXPECT_EQ(queue.take_due(at(9)), std::nullopt);
    EXPECT_EQ(queue.take_due(at(20)), 0U);
    EXPECT_EQ(queue.take_due(at(20)), 1U);
    EXPECT_EQ(queue.take_due(at(20)), std::nullopt);
    EXPECT_EQ(queue.next(), at(30));
}

TEST(DeadlineQueue, KeepsTheLastDeadlineOfADevice) {
    DeadlineQueue queue;
    queue.arm(7, at(10));
    queue.arm(7, at(40));
    EXPECT_EQ(queue.take_due(at(39)), std::nullopt);
    queue.arm(7, std::nullopt);
    EXPECT_EQ(queue.next(), std::nullopt);
    EXPECT_EQ(queue.take_due(at(100)), std::nullopt);
}

TEST(DeadlineQueue, TakesADeviceAgainWhoseDeadlineHasCome) {
    DeadlineQueue queue;
    queue.arm(0, at(10));
    ASSERT_EQ(queue.take_due(at(10)), 0U);
    queue.arm(0, at(10));
    EXPECT_EQ(queue.take_due(at(10)), 0U);
}

}  // namespace
}  // namespace cellwise::sim
