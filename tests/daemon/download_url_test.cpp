// SPDX-License-Identifier: Apache-2.0
#include "daemon/download_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cellwise::daemon {
namespace {

using ::testing::HasSubstr;

std::string derived(const std::string& host, std::string_view machine = "gateway", bool tls = true) {
    Config config;
    config.download_listen = {host, 0};
    config.download_tls = tls;
    const auto url = public_url_of(config, machine, 4711);
    return url ? *url : "! " + url.error().message;
}

TEST(PublicUrl, IsTakenAsDevicesTakeIt) {
    for (const auto* good : {"https://fota.example.com:8943", "http://10.0.0.1:80", "https://h:65535"}) {
        EXPECT_TRUE(check_public_url(good)) << good;
    }
}

TEST(PublicUrl, IsRefusedWithTheRuleThatItBreaks) {
    const auto rule = [](std::string_view url) {
        const auto checked = check_public_url(url);
        return checked ? "" : checked.error().message;
    };
    EXPECT_THAT(rule("fota.example.com:8943"), HasSubstr("must begin with https:// or http://"));
    EXPECT_THAT(rule("ftp://fota.example.com:8943"), HasSubstr("must begin with"));
    EXPECT_THAT(rule("https://fota.example.com"), HasSubstr("must name the port"));
    EXPECT_THAT(rule("https://[2001:db8::1]:8943"), HasSubstr("no IPv6 address"));
    EXPECT_THAT(rule("https://user@fota.example.com:8943"), HasSubstr("must be a host and a port"));
    EXPECT_THAT(rule("https://fota.example.com:8943/"), HasSubstr("have no path"));
    EXPECT_THAT(rule("https://fota.example.com:0"), HasSubstr("from 1 to 65535"));
    EXPECT_THAT(rule("https://fota.example.com:65536"), HasSubstr("from 1 to 65535"));
    EXPECT_TRUE(check_public_url("https://" + std::string(49, 'a') + ":8943"));
    EXPECT_THAT(rule("https://" + std::string(50, 'a') + ":8943"), HasSubstr("at most 49 characters"));
    EXPECT_THAT(rule("https://" + std::string(50, 'a') + ":8943"), HasSubstr("download.public_url"));
}

TEST(PublicUrl, IsDerivedFromTheListener) {
    EXPECT_EQ(derived("127.0.0.1"), "https://127.0.0.1:4711");
    EXPECT_EQ(derived("127.0.0.1", "gateway", false), "http://127.0.0.1:4711");
    EXPECT_EQ(derived("0.0.0.0"), "https://gateway:4711");
    EXPECT_EQ(derived("::"), "https://gateway:4711");
}

TEST(PublicUrl, HasToBeGivenWhereWhatIsDerivedIsOfNoUse) {
    EXPECT_THAT(derived("::1"), HasSubstr("download.public_url: must be given"));
    EXPECT_THAT(derived("0.0.0.0", ""), HasSubstr("must be given"));
    EXPECT_THAT(derived("0.0.0.0", std::string(50, 'a')), HasSubstr("at most 49 characters"));
}

TEST(PublicUrl, IsTheConfiguredOneWhereThereIsOne) {
    Config config;
    config.download_public_url = "https://fota.example.com:443";
    EXPECT_EQ(public_url_of(config, "gateway", 4711).value(), "https://fota.example.com:443");
}

}  // namespace
}  // namespace cellwise::daemon
