// SPDX-License-Identifier: Apache-2.0
#include "app/callback_url.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::app {
namespace {

class CallbackUrl : public testing::TestWithParam<std::string> {};
class NoCallbackUrl : public testing::TestWithParam<std::string> {};

TEST_P(CallbackUrl, HasHostPortAndPath) {
    const auto status = check_callback_url(GetParam());
    EXPECT_TRUE(status) << status.error().message;
}
TEST_P(NoCallbackUrl, IsRefusedByField) {
    const auto status = check_callback_url(GetParam());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "subscription.url.invalid");
    EXPECT_EQ(status.error().field, "callbackUrl");
}

INSTANTIATE_TEST_SUITE_P(Urls, CallbackUrl,
                         testing::Values("https://push.example.com:443/callbackurltest", "http://10.0.0.7:8080/",
                                         "https://[2001:db8::1]:8443/a/b?c=d", "http://a_b:1/x",
                                         "http://h:65535/" + std::string(1024 - 15, 'x')));
INSTANTIATE_TEST_SUITE_P(Urls, NoCallbackUrl,
                         testing::Values("", "https://push.example.com/path", "https://push.example.com:443",
                                         "https://:443/x", "https://h:0/x", "https://h:65536/x", "https://h:+80/x",
                                         "https://h:/x", "ftp://h:21/x", "//h:80/x", "https://user@h:443/x",
                                         "https://h:443/x#y", "https://h:443/a b", "https://h:443/\x01",
                                         "https://h:443/caf\xC3\xA9", "https://[zz]:443/x", "HTTPS://h:443",
                                         "http://h:65535/" + std::string(1024 - 14, 'x')));

}  // namespace
}  // namespace cellwise::app
