// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/downloader.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim::mqtt {
namespace {

TEST(MqttDownloader, GivesEveryDeviceASourceOfItsOwnOnLoopback) {
    EXPECT_EQ(loopback_source("127.0.0.1", 0), "127.17.0.0");
    EXPECT_EQ(loopback_source("127.0.0.1", 0x010203), "127.18.2.3");
    EXPECT_EQ(loopback_source("10.0.0.1", 1), "");
    EXPECT_EQ(loopback_source("127.example", 1), "");
}

TEST(MqttDownloader, TriesAgainWhatMayPass) {
    for (const int status : {408, 429, 500, 503}) EXPECT_EQ(end_of_status(status), FetchOutcome::End::Broken);
    for (const int status : {200, 301, 401, 403, 404, 410, 416})
        EXPECT_EQ(end_of_status(status), FetchOutcome::End::Refused);
}

}  // namespace
}  // namespace cellwise::sim::mqtt
