// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/file_limit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace cellwise::system {
namespace {

TEST(FileLimit, IsRaisedToWhatTheProcessMayChoose) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit low{.rlim_cur = 64, .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
    const auto got = raise_file_limit();
    rlimit after{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
    EXPECT_EQ(got, after.rlim_cur);
    EXPECT_EQ(after.rlim_cur, std::min<rlim_t>(before.rlim_max, 1U << 20U));
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(FileLimit, IsNeverLowered) {
    const auto got = raise_file_limit();
    EXPECT_EQ(raise_file_limit(), got);
}

}  // namespace
}  // namespace cellwise::system
