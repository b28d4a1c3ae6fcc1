// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/address_policy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::http {
namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(AddressPolicy, AllowsPublicAddresses) {
    const AddressPolicy policy;
    for (const auto* text :
         {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.169.0.1",
          "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
        EXPECT_TRUE(policy.allows(ip(text))) << text;
    }
}

TEST(AddressPolicy, RefusesWhatLiesInside) {
    const AddressPolicy policy;
    for (const auto* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "100.64.0.1",
                             "127.0.0.1",
                             "127.255.255.254",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.1",
                             "192.0.2.1",
                             "192.168.1.1",
                             "198.18.0.1",
                             "198.51.100.1",
                             "203.0.113.1",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::8.8.8.8",
                             "100::1",
                             "2001::1",
                             "2001:db8::1",
                             "fc00::1",
                             "fdff::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1",
                             "64:ff9b:1::1"}) {
        EXPECT_FALSE(policy.allows(ip(text))) << text;
    }
}

TEST(AddressPolicy, LooksInsideAddressesThatCarryAnother) {
    const AddressPolicy policy;
    for (const auto* text : {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1",
                             "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2002:a00:1::"}) {
        EXPECT_FALSE(policy.allows(ip(text))) << text;
    }
}

TEST(AddressPolicy, AllowsTheNetworksThatWereNamed) {
    AddressPolicy policy;
    policy.allow_networks = {Cidr::parse("127.0.0.0/8").value(), Cidr::parse("fd12::/16").value()};
    EXPECT_TRUE(policy.allows(ip("127.0.0.1")));
    EXPECT_TRUE(policy.allows(ip("::ffff:127.0.0.1")));
    EXPECT_TRUE(policy.allows(ip("64:ff9b::127.0.0.1")));
    EXPECT_TRUE(policy.allows(ip("fd12::1")));
    EXPECT_FALSE(policy.allows(ip("::1")));
    EXPECT_FALSE(policy.allows(ip("10.0.0.1")));
    EXPECT_FALSE(policy.allows(ip("fd13::1")));
}

}  // namespace
}  // namespace cellwise::http
