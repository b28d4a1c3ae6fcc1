// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/login.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim::mqtt {
namespace {

TEST(MqttLogin, GivesThePublishedPassword) {
    EXPECT_EQ(password("12345678", "2025041401"), "c75150e6cb841417396819e4d2ee4358a416344a03a083e3a8567074ddec820a");
    EXPECT_NE(password("12345678", "2025041402"), password("12345678", "2025041401"));
}

TEST(MqttLogin, StampsTheHourInUtc) {
    EXPECT_EQ(hour_stamp(from_unix_ms(0)), "1970010100");
    EXPECT_EQ(hour_stamp(from_unix_ms(1'744'595'999'999)), "2025041401");
    EXPECT_EQ(hour_stamp(from_unix_ms(1'744'596'000'000)), "2025041402");
}

TEST(MqttLogin, NamesTheClientByDeviceSignTypeAndHour) {
    EXPECT_EQ(client_id("my_meter_7", false, "2025041401"), "my_meter_7_0_0_2025041401");
    EXPECT_EQ(client_id("my_meter_7", true, "2025041401"), "my_meter_7_0_1_2025041401");
}

}  // namespace
}  // namespace cellwise::sim::mqtt
