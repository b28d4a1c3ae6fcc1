// SPDX-License-Identifier: Apache-2.0
#include "adapters/northbound/form_body.hpp"

#include <gtest/gtest.h>

namespace cellwise::northbound {
namespace {

TEST(FormField, IsFoundAndDecoded) {
    EXPECT_EQ(form_field("appId=1&secret=a%2Bb+c", "secret"), "a+b c");
    EXPECT_EQ(form_field("&appId=1", "appId"), "1");
    EXPECT_EQ(form_field("a=b=c", "a"), "b=c");
    EXPECT_EQ(form_field("app%49d=1", "appId"), "1");
    EXPECT_EQ(form_field("a=1&a=2", "a"), "1");
    EXPECT_EQ(form_field("a=", "a"), "");
}

TEST(FormField, IsNothingWhenAbsentOrBroken) {
    EXPECT_EQ(form_field("", "a"), std::nullopt);
    EXPECT_EQ(form_field("b=1&&", "a"), std::nullopt);
    EXPECT_EQ(form_field("a", "a"), std::nullopt);
    for (const auto* body : {"a=%", "a=%4", "a=%zz", "a=%4%41"})
        EXPECT_EQ(form_field(body, "a"), std::nullopt) << body;
}

}  // namespace
}  // namespace cellwise::northbound
