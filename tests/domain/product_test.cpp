// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/product.hpp"

#include <gtest/gtest.h>

namespace cellwise::domain {
namespace {

TEST(Protocol, IsReadBackFromItsName) {
    EXPECT_EQ(parse_protocol("LWM2M"), Protocol::Lwm2m);
    EXPECT_EQ(parse_protocol("CoAP"), Protocol::CoAP);
    EXPECT_EQ(parse_protocol("MQTT"), Protocol::Mqtt);
    for (const auto protocol : {Protocol::Lwm2m, Protocol::CoAP, Protocol::Mqtt}) {
        EXPECT_EQ(parse_protocol(to_string(protocol)), protocol);
    }
}

TEST(Protocol, OfAnyOtherNameIsNone) {
    EXPECT_FALSE(parse_protocol(""));
    EXPECT_FALSE(parse_protocol("lwm2m"));
    EXPECT_FALSE(parse_protocol("HTTP"));
}

TEST(Protocol, CoapAndLwm2mAreOne) {
    EXPECT_TRUE(same_protocol(Protocol::CoAP, Protocol::Lwm2m));
    EXPECT_TRUE(same_protocol(Protocol::Lwm2m, Protocol::CoAP));
    EXPECT_TRUE(same_protocol(Protocol::Mqtt, Protocol::Mqtt));
    EXPECT_FALSE(same_protocol(Protocol::Mqtt, Protocol::CoAP));
    EXPECT_FALSE(same_protocol(Protocol::Lwm2m, Protocol::Mqtt));
}

}  // namespace
}  // namespace cellwise::domain
