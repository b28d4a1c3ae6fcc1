// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/push.hpp"

#include <gtest/gtest.h>

namespace cellwise::domain {
namespace {

// Application servers match on these words.
TEST(NotifyType, BearsTheVendorsName) {
    EXPECT_EQ(to_string(NotifyType::SwUpgradeStateChange), "swUpgradeStateChangeNotify");
    EXPECT_EQ(to_string(NotifyType::SwUpgradeResult), "swUpgradeResultNotify");
    EXPECT_EQ(to_string(NotifyType::FwUpgradeStateChange), "fwUpgradeStateChangeNotify");
    EXPECT_EQ(to_string(NotifyType::FwUpgradeResult), "fwUpgradeResultNotify");
    EXPECT_EQ(to_string(NotifyType::DeviceAdded), "deviceAdded");
    EXPECT_EQ(to_string(NotifyType::DeviceDeleted), "deviceDeleted");
    EXPECT_EQ(to_string(NotifyType::DeviceInfoChanged), "deviceInfoChanged");
    EXPECT_EQ(to_string(NotifyType::DeviceDataChanged), "deviceDataChanged");
    EXPECT_EQ(to_string(NotifyType::DeviceDatasChanged), "deviceDatasChanged");
}

TEST(NotifyType, IsReadBackFromItsName) {
    for (const auto type : kNotifyTypes) EXPECT_EQ(parse_notify_type(to_string(type)), type);
}

TEST(NotifyType, OfAnyOtherNameIsNone) {
    EXPECT_FALSE(parse_notify_type(""));
    EXPECT_FALSE(parse_notify_type("deviceRenamed"));
    EXPECT_FALSE(parse_notify_type("swupgraderesultnotify"));
}

}  // namespace
}  // namespace cellwise::domain
