// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/radio_object.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim {
namespace {

std::string tlv_of_cell(std::int64_t cell) {
    return to_hex(read_radio_object({.cell = cell}, {}, std::uint16_t{8})->payload);
}

TEST(RadioObject, WritesIntegersInTheWidthThatTheyNeed) {
    EXPECT_EQ(tlv_of_cell(0), "c10800");
    EXPECT_EQ(tlv_of_cell(127), "c1087f");
    EXPECT_EQ(tlv_of_cell(128), "c2080080");
    EXPECT_EQ(tlv_of_cell(32'768), "c40800008000");
    EXPECT_EQ(tlv_of_cell(123'456'789), "c408075bcd15");
    EXPECT_EQ(tlv_of_cell(4'294'967'296), "c808080000000100000000") << "a length of 8 stands in a byte of its own";
    EXPECT_EQ(tlv_of_cell(-1), "c108ff");
}

TEST(RadioObject, LacksWhatTheDeviceDoesNotKnow) {
    EXPECT_FALSE(read_radio_object({.cell = 1}, {}, std::uint16_t{11}));
    EXPECT_EQ(to_hex(read_radio_object({.rsrp_dbm = -95}, {}, std::nullopt)->payload), "c10007c102a1");
}

TEST(RadioObject, CannotBeReadWhenTheRegistrationHadIt) {
    EXPECT_FALSE(read_radio_object({.cell = 1}, {Trait::RadioInRegister}, std::nullopt));
}

}  // namespace
}  // namespace cellwise::sim
