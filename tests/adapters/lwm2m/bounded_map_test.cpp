// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/bounded_map.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::lwm2m {
namespace {

TEST(BoundedMap, ForgetsWhatWasPutLongestAgo) {
    BoundedMap<int, std::string> map(2);
    map.put(1, "a");
    map.put(2, "b");
    map.put(1, "c");
    map.put(3, "d");
    EXPECT_EQ(map.size(), 2U);
    EXPECT_FALSE(map.contains(2));
    ASSERT_NE(map.find(1), nullptr);
    EXPECT_EQ(*map.find(1), "c");
    EXPECT_EQ(map.find(2), nullptr);
}

TEST(BoundedMap, ErasesWhatIsThereAndToleratesWhatIsNot) {
    BoundedMap<int, int> map(2);
    map.put(1, 1);
    map.erase(1);
    map.erase(1);
    EXPECT_EQ(map.size(), 0U);
    map.put(1, 1);
    map.put(2, 2);
    map.put(3, 3);
    EXPECT_FALSE(map.contains(1));
}

}  // namespace
}  // namespace cellwise::lwm2m
