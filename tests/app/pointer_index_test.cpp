// SPDX-License-Identifier: Apache-2.0
#include "app/pointer_index.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

namespace cellwise::app {
namespace {

TEST(PointerIndexTest, FindsWhatWasPutAndNothingElse) {
    PointerIndex<int> index;
    int one = 1, two = 2;
    EXPECT_EQ(index.find(1), nullptr);
    index.put(1, one);
    index.put(0, two);  // a key like any other
    EXPECT_EQ(index.find(1), &one);
    EXPECT_EQ(index.find(0), &two);
    EXPECT_EQ(index.find(2), nullptr);
    index.put(1, two);
    EXPECT_EQ(index.find(1), &two);
    EXPECT_EQ(index.size(), 2U);
}

/// A walk beside a map: keys whose low bits are the same, around the end of the cells, put and erased at random.
TEST(PointerIndexTest, AgreesWithAMapWhateverIsPutAndErased) {
    PointerIndex<int> index;
    std::map<std::uint64_t, int*> model;
    std::array<int, 5> values{};
    std::mt19937_64 random(7);  // NOLINT: the same walk every time
    const auto some_key = [&random] { return (random() % 64 << 20U) | (0xFFFF0U + random() % 24); };
    for (int step = 0; step < 40'000; ++step) {
        const auto key = some_key();
        if (random() % 2 == 0) {
            auto& value = values.at(random() % values.size());
            index.put(key, value);
            model[key] = &value;
        } else {
            index.erase(key);
            model.erase(key);
        }
        const auto asked = some_key();
        const auto known = model.find(asked);
        ASSERT_EQ(index.find(asked), known == model.end() ? nullptr : known->second) << "at step " << step;
        ASSERT_EQ(index.size(), model.size());
    }
}

}  // namespace
}  // namespace cellwise::app
