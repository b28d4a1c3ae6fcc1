// SPDX-License-Identifier: Apache-2.0
#include "plugin/mosquitto/session_table.hpp"

#include <gtest/gtest.h>

namespace cellwise::plugin {
namespace {

/// Connections, as the broker has objects of them.
const int kOld = 0;
const int kNew = 0;
const int kOther = 0;

TEST(SessionTable, KnowsADeviceFromItsLoginToItsEnd) {
    SessionTable table;
    EXPECT_FALSE(table.begin("a", "a_1", &kOld).was_there);
    ASSERT_NE(table.find("a"), nullptr);
    EXPECT_EQ(*table.find("a"), "a_1");
    EXPECT_EQ(table.end(&kOld), "a");
    EXPECT_EQ(table.find("a"), nullptr);
    EXPECT_EQ(table.end(&kOld), std::nullopt);
}

TEST(SessionTable, KicksTheOlderSessionOfADeviceUnderAnotherClientId) {
    SessionTable table;
    table.begin("a", "a_hour_1", &kOld);
    const auto began = table.begin("a", "a_hour_2", &kNew);
    EXPECT_TRUE(began.was_there);
    EXPECT_EQ(began.kick, "a_hour_1");
    EXPECT_EQ(table.end(&kOld), std::nullopt) << "the device is there all the same";
    EXPECT_EQ(*table.find("a"), "a_hour_2");
    EXPECT_EQ(table.end(&kNew), "a");
}

TEST(SessionTable, KicksNobodyWhenTheSameClientIdIsTakenOver) {
    SessionTable table;
    table.begin("a", "a_1", &kOld);
    EXPECT_EQ(table.begin("a", "a_1", &kNew).kick, std::nullopt) << "the broker ends the older one by itself";
    EXPECT_EQ(table.end(&kOld), std::nullopt);
    EXPECT_NE(table.find("a"), nullptr);
}

TEST(SessionTable, IsNotMovedByTheEndOfAConnectionThatItDoesNotKnow) {
    SessionTable table;
    table.begin("a", "a_1", &kOld);
    EXPECT_EQ(table.end(&kOther), std::nullopt) << "a refused login, or a stale end";
    EXPECT_EQ(table.end(nullptr), std::nullopt);
    EXPECT_EQ(table.size(), 1U);
}

TEST(SessionTable, ForgetsADeviceWhoseConnectionBecameAnothers) {
    SessionTable table;
    table.begin("a", "a_1", &kOld);
    table.begin("b", "b_1", &kOld);
    EXPECT_EQ(table.find("a"), nullptr);
    EXPECT_EQ(table.end(&kOld), "b");
    EXPECT_EQ(table.size(), 0U);
}

TEST(SessionTable, ListsWhoIsThere) {
    SessionTable table;
    table.begin("a", "a_1", &kOld);
    table.begin("b", "b_1", &kNew);
    std::string all;
    table.for_each([&](const std::string& device) { all += device; });
    EXPECT_TRUE(all == "ab" || all == "ba") << all;
}

}  // namespace
}  // namespace cellwise::plugin
