// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/broker_url.hpp"

#include <gtest/gtest.h>

namespace cellwise::mqtt {
namespace {

TEST(BrokerUrl, HasTheCustomaryPorts) {
    EXPECT_EQ(BrokerUrl::parse("mqtt://127.0.0.1").value(), (BrokerUrl{false, "127.0.0.1", 1883}));
    EXPECT_EQ(BrokerUrl::parse("mqtts://broker.example/").value(), (BrokerUrl{true, "broker.example", 8883}));
    EXPECT_EQ(BrokerUrl::parse("mqtt://[::1]:2883").value(), (BrokerUrl{false, "[::1]", 2883}));
    EXPECT_EQ(BrokerUrl::parse("mqtt://[::1]").value(), (BrokerUrl{false, "[::1]", 1883}));
}

TEST(BrokerUrl, IsNoOtherText) {
    for (const auto* text : {"", "127.0.0.1", "http://x", "mqtt://", "mqtt://:1883", "mqtt://x:0", "mqtt://x:65536",
                             "mqtt://x:1883x", "mqtt://x y", "mqtt://a@b", "mqtt://x/topic", "mqtt://[]:1"}) {
        const auto url = BrokerUrl::parse(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().code, "mqtt.broker.malformed");
    }
}

}  // namespace
}  // namespace cellwise::mqtt
