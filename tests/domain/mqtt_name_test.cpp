// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/mqtt_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::domain::mqtt {
namespace {

TEST(MqttDeviceName, HoldsLettersDigitsUnderscoreAndHyphen) {
    EXPECT_TRUE(is_device_name("5e12ed_meter-07"));
    EXPECT_TRUE(is_device_name(std::string(128, 'x')));
}

TEST(MqttDeviceName, NeverHoldsWhatMeansSomethingInATopic) {
    for (const auto* name : {"", "a/b", "a+", "#", "$oc", "a b", "a\xC3\xA4", "a\n"})
        EXPECT_FALSE(is_device_name(name));
    EXPECT_FALSE(is_device_name(std::string("a\0b", 3)));
    EXPECT_FALSE(is_device_name(std::string(129, 'x')));
    EXPECT_FALSE(is_device_name(std::string(10'240, 'x')));
}

}  // namespace
}  // namespace cellwise::domain::mqtt
