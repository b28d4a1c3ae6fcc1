// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/push.hpp"

#include <gtest/gtest.h>

namespace cellwise::domain {
namespace {

// Application servers match on these words.
TEST(NotifyType, BearsTheVendorsName) {
    EXPECT_EQ(to_string(NotifyType::SwUpgradeStateChange), "swUpgradeStateChangeNotify");
    EXPECT_EQ(to_string(NotifyType::SwUpgradeResult), "swUpgradeResultNotify");
}

TEST(NotifyType, IsReadBackFromItsName) {
    for (const auto type : {NotifyType::SwUpgradeStateChange, NotifyType::SwUpgradeResult}) {
        EXPECT_EQ(parse_notify_type(to_string(type)), type);
    }
}

TEST(NotifyType, OfAnyOtherNameIsNone) {
    EXPECT_FALSE(parse_notify_type(""));
    EXPECT_FALSE(parse_notify_type("fwUpgradeResultNotify"));
    EXPECT_FALSE(parse_notify_type("swupgraderesultnotify"));
}

}  // namespace
}  // namespace cellwise::domain
