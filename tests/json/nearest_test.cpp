// SPDX-License-Identifier: Apache-2.0
#include "json/nearest.hpp"

#include <gtest/gtest.h>

#include <array>

namespace cellwise::json {
namespace {

constexpr std::array<std::string_view, 3> kNames{"deviceType", "model", "manufacturerName"};

TEST(Nearest, FindsWhatWasMeant) {
    EXPECT_EQ(nearest("devicetype", kNames), "deviceType");
    EXPECT_EQ(nearest("modle", kNames), "model");
    EXPECT_EQ(nearest("manufactureName", kNames), "manufacturerName");
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
    EXPECT_EQ(nearest("colour", kNames), "");
    EXPECT_EQ(nearest(std::string(100'000, 'm'), kNames), "");
    EXPECT_EQ(nearest("model", {}), "");
}

}  // namespace
}  // namespace cellwise::json
