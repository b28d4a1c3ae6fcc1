// SPDX-License-Identifier: Apache-2.0
#include "json/summary.hpp"

#include <gtest/gtest.h>

namespace cellwise::json {
namespace {

TEST(Summary, ShowsWhatIsKnownToBeNoSecret) {
    EXPECT_EQ(summary_of(R"({"name":"night shift","role":"admin","password":"correct horse battery"})"),
              "name=night shift, password, role=admin");
    EXPECT_EQ(summary_of(R"({"secret":"a","psk":"b","pem":"c","token":"d","something":"e"})"),
              "pem, psk, secret, something, token");
    EXPECT_EQ(summary_of(R"({"name":{"name":"hidden"},"disabled":true,"deviceIds":["a","b"]})"),
              "deviceIds(2), disabled=true, name");
}

TEST(Summary, IsOneShortPrintableLine) {
    EXPECT_EQ(summary_of(R"({"name":"a\nb\u00e9"})"), "name=a\\x0ab\\xc3\\xa9");
    EXPECT_LE(
        summary_of(R"({"name":")" + std::string(1000, 'x') + R"(","model":")" + std::string(1000, '\x7F') + "\"}")
            .size(),
        200U);
    EXPECT_EQ(summary_of("{\"name\":\"" + std::string(70'000, 'x') + "\"}"), "70011 bytes");
    for (const auto* body : {"", "x", "[1]", "7"}) EXPECT_EQ(summary_of(body), "") << body;
}

}  // namespace
}  // namespace cellwise::json
