// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/device.hpp"

#include <gtest/gtest.h>

namespace cellwise::domain {
namespace {

TEST(DeviceStatus, IsReadBackFromItsName) {
    EXPECT_EQ(to_string(DeviceStatus::Inactive), "inactive");
    EXPECT_EQ(to_string(DeviceStatus::Online), "online");
    EXPECT_EQ(to_string(DeviceStatus::Offline), "offline");
    for (const auto status : {DeviceStatus::Inactive, DeviceStatus::Online, DeviceStatus::Offline}) {
        EXPECT_EQ(parse_device_status(to_string(status)), status);
    }
    EXPECT_FALSE(parse_device_status("ONLINE"));
    EXPECT_FALSE(parse_device_status(""));
}

}  // namespace
}  // namespace cellwise::domain
