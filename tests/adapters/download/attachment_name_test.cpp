// SPDX-License-Identifier: Apache-2.0
#include "adapters/download/attachment_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::download {
namespace {

TEST(AttachmentName, KeepsAPlainName) { EXPECT_EQ(attachment_name("WM-1_v2.0.bin"), "WM-1_v2.0.bin"); }

TEST(AttachmentName, LeavesNothingThatADeviceWouldReadAsSomethingElse) {
    EXPECT_EQ(attachment_name("a b;c\"d\r\ne.bin"), "a_b_c_d__e.bin");
    EXPECT_EQ(attachment_name("../../etc/passwd"), "_._.._etc_passwd");
    EXPECT_EQ(attachment_name("-rf"), "_rf");
    EXPECT_EQ(attachment_name(".profile"), "_profile");
    EXPECT_EQ(attachment_name("固件.bin"), "______.bin");
    EXPECT_EQ(attachment_name(""), "package");
}

TEST(AttachmentName, IsBoundedAndKeepsTheExtension) {
    const auto name = attachment_name(std::string(5'000, 'a') + ".bin");
    EXPECT_EQ(name.size(), 128U);
    EXPECT_TRUE(name.ends_with("a.bin"));
}

}  // namespace
}  // namespace cellwise::download
