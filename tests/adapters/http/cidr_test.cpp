// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/cidr.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::http {
namespace {

IpAddress parsed(std::string_view text) { return IpAddress::parse(text).value(); }

bool contains(std::string_view network, std::string_view address) {
    return Cidr::parse(network).value().contains(parsed(address));
}

TEST(IpAddress, IsReadAndWritten) {
    EXPECT_EQ(parsed("192.0.2.7").str(), "192.0.2.7");
    EXPECT_EQ(parsed("2001:DB8:0::1").str(), "2001:db8::1");
    EXPECT_TRUE(parsed("192.0.2.7").is_v4());
    EXPECT_FALSE(parsed("::1").is_v4());
}

TEST(IpAddress, TakesAMappedAddressForTheOneInside) {
    EXPECT_EQ(parsed("::ffff:10.0.0.1"), parsed("10.0.0.1"));
    EXPECT_EQ(parsed("::ffff:a00:1"), parsed("10.0.0.1"));
    EXPECT_NE(parsed("::10.0.0.1"), parsed("10.0.0.1"));
}

TEST(IpAddress, IsNothingInAnotherSpelling) {
    for (const auto* text : {"", "1", "127.1", "0x7f.0.0.1", "010.0.0.1", "1.2.3.4.5", "1.2.3.256", "[::1]",
                             "fe80::1%lo", "::g", " 1.2.3.4", "1.2.3.4 "}) {
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    }
    EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
}

TEST(Cidr, HoldsItsNetworkOnly) {
    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
    EXPECT_TRUE(contains("172.16.0.0/12", "172.31.255.255"));
    EXPECT_FALSE(contains("172.16.0.0/12", "172.32.0.0"));
    EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.128"));
    EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(contains("0.0.0.0/0", "255.255.255.255"));
    EXPECT_TRUE(contains("fe80::/10", "febf::1"));
    EXPECT_FALSE(contains("fe80::/10", "fec0::1"));
    EXPECT_TRUE(contains("2001:db8::1/128", "2001:db8::1"));
    EXPECT_FALSE(contains("2001:db8::1/128", "2001:db8::2"));
}

TEST(Cidr, IsOneAddressWithoutAPrefix) {
    EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(contains("192.0.2.7", "192.0.2.6"));
    EXPECT_TRUE(contains("::1", "::1"));
    EXPECT_FALSE(contains("::1", "::2"));
}

TEST(Cidr, KeepsTheFamiliesApart) {
    EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
    EXPECT_FALSE(contains("::/0", "127.0.0.1"));
    EXPECT_TRUE(contains("127.0.0.0/8", "::ffff:127.0.0.1"));
}

TEST(Cidr, RefusesWhatIsNoNetwork) {
    for (const auto* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/+8",
                             "::/129", "10.0.0/8", "example.com/8", "10.0.0.1/8", "fd00::1/8", "10.0.0.0 /8"}) {
        const auto cidr = Cidr::parse(text);
        ASSERT_FALSE(cidr) << text;
        EXPECT_EQ(cidr.error().code, "config.cidr");
    }
}

TEST(Cidr, NamesTheNetworkThatWasMeant) {
    EXPECT_NE(Cidr::parse("10.1.2.3/8").error().message.find("10.0.0.0/8"), std::string::npos);
    EXPECT_NE(Cidr::parse("2001:db8:ff::1/33").error().message.find("2001:db8::/33"), std::string::npos);
}

}  // namespace
}  // namespace cellwise::http
