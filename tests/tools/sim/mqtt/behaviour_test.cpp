// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/behaviour.hpp"

#include <gtest/gtest.h>

namespace cellwise::sim::mqtt {
namespace {

TEST(MqttDialect, ReadsBackItsOwnName) {
    for (const auto& dialect : Dialect::all()) {
        const auto parsed = Dialect::parse(dialect.name());
        ASSERT_TRUE(parsed) << dialect.name();
        EXPECT_EQ(*parsed, dialect);
    }
    EXPECT_EQ(Dialect::parse("hush+polite").error().value, "polite");
}

TEST(MqttDialect, TableStandsInTheOrderOfTheTraits) {
    for (std::size_t i = 0; i < Traits::table().size(); ++i)
        EXPECT_EQ(static_cast<std::size_t>(Traits::table()[i].trait), i) << Traits::table()[i].name;
}

TEST(MqttFault, ReadsBackItsOwnName) {
    for (const auto& fault : Fault::all()) {
        const auto parsed = Fault::parse(fault.name());
        ASSERT_TRUE(parsed) << fault.name();
        EXPECT_EQ(*parsed, fault);
    }
    EXPECT_TRUE(Fault::parse("same-version"));
    EXPECT_EQ(Fault::parse("refuse-3").error().value, "refuse-3");
}

TEST(MqttFault, TableStandsInTheOrderOfTheKinds) {
    for (std::size_t i = 0; i < fault_table().size(); ++i)
        EXPECT_EQ(static_cast<std::size_t>(fault_table()[i].kind), i) << fault_table()[i].name;
}

TEST(MqttFault, OfAWrongHashIsResultSeven) {
    EXPECT_EQ(Fault::parse("wrong-hash")->code, 7);
    EXPECT_EQ(Fault::parse("wrong-hash")->expected_end(), End::DownloadFailed);
}

}  // namespace
}  // namespace cellwise::sim::mqtt
