// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/plain_url.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim::mqtt {
namespace {

TEST(PlainUrl, IsTakenApart) {
    const auto url = parse_plain_url("https://10.0.0.1:8943/a/b?c");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "10.0.0.1");
    EXPECT_EQ(url->port, 8943);
    EXPECT_EQ(url->path, "/a/b?c");
    EXPECT_TRUE(url->faults.empty());
}

TEST(PlainUrl, WithoutAPortOrWithALongHostIsAFault) {
    EXPECT_EQ(parse_plain_url("https://host/a")->faults.size(), 1U);
    EXPECT_EQ(parse_plain_url("https://" + std::string(50, 'h') + ":1/a")->faults.size(), 1U);
    EXPECT_TRUE(parse_plain_url("https://" + std::string(49, 'h') + ":1/a")->faults.empty());
}

TEST(PlainUrl, OfAnotherKindIsNone) {
    for (const auto* text :
         {"", "http://h:1/", "https://:1/", "https://h:x/", "https://h:70000/", "https://[::1]:1/"})
        EXPECT_FALSE(parse_plain_url(text)) << text;
}

}  // namespace
}  // namespace cellwise::sim::mqtt
