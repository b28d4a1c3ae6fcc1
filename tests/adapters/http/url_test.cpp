// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::http {
namespace {

TEST(Url, IsSchemeHostPortAndTarget) {
    const auto url = parse_url("HTTPS://App.Example.com:8443/na/push?x=%2F&y");
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_TRUE(url->tls);
    EXPECT_EQ(url->host, "app.example.com");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->target, "/na/push?x=%2F&y");
    EXPECT_EQ(url->authority(), "app.example.com:8443");
}

TEST(Url, TakesAddressesAsHosts) {
    EXPECT_EQ(parse_url("http://192.0.2.7:80/")->host, "192.0.2.7");
    const auto v6 = parse_url("http://[2001:DB8::1]:9/x");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->host, "2001:db8::1");
    EXPECT_EQ(v6->authority(), "[2001:db8::1]:9");
    EXPECT_FALSE(v6->tls);
}

TEST(Url, TakesNamesOfContainers) { EXPECT_EQ(parse_url("http://app_server:8080/p")->host, "app_server"); }

class RefusedUrl : public testing::TestWithParam<std::string> {};

TEST_P(RefusedUrl, IsMalformed) {
    const auto url = parse_url(GetParam());
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().code, "http.url.malformed");
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedUrl,
    testing::Values("", "example.com:80/x", "ftp://example.com:80/x", "http:/example.com:80/x",
                    "http://example.com/x", "http://example.com:80", "http://example.com:80?x", "http://:80/x",
                    "http://example.com:/x", "http://example.com:0/x", "http://example.com:080/x",
                    "http://example.com:65536/x", "http://example.com:8o/x", "http://example.com:-1/x",
                    "http://user@example.com:80/x", "http://user:pw@example.com:80/x", "http://a@b@example.com:80/x",
                    "http://example.com:80/x#y", "http://exa mple.com:80/x", "http://example.com:80/x y",
                    "http://example.com:80/x\r\nHost: y", "http://ex\xC3\xA9.com:80/x", "http://-a.com:80/x",
                    "http://a..b:80/x", "http://.a:80/x", "http://a.:80/x", "http://127.1:80/x",
                    "http://2130706433:80/x", "http://0x7f000001:80/x", "http://0x7f.0.0.1:80/x",
                    "http://0177.0.0.1:80/x", "http://256.1.1.1:80/x", "http://1.2.3.4.5:80/x", "http://[::1]/x",
                    "http://[::1:80/x", "http://::1:80/x", "http://[1.2.3.4]:80/x", "http://[zz::]:80/x",
                    "http://[fe80::1%25eth0]:80/x", "http://a\\b:80/x", "http://a%41:80/x",
                    "http://" + std::string(64, 'a') + ":80/x", "http://example.com:80/" + std::string(1024, 'x')));

}  // namespace
}  // namespace cellwise::http
