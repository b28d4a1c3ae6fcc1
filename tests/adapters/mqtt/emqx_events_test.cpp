// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/emqx_events.hpp"

#include <gtest/gtest.h>

namespace cellwise::mqtt {
namespace {

constexpr const char* kUp = "$SYS/brokers/emqx@127.0.0.1/clients/meter-7_0_1_2025041401/connected";
constexpr const char* kDown = "$SYS/brokers/emqx@127.0.0.1/clients/meter-7_0_1_2025041401/disconnected";

/// As EMQX 5 publishes it.
std::string event(const std::string& client, const std::string& more = "") {
    return R"({"username":"meter-7","ts":1744596000000,"sockport":1883,"proto_ver":4,"proto_name":"MQTT","keepalive":60,)"
           R"("ipaddress":"127.0.0.1","expiry_interval":0,"connected_at":1744596000000,"connack":0,"clean_start":true,)"
           R"("clientid":")" +
           client + "\"" + more + "}";
}

TEST(EmqxSessions, TellWhoComesAndGoes) {
    EmqxSessions sessions;
    EXPECT_EQ(sessions.take(kUp, event("meter-7_0_1_2025041401")), (Presence{"meter-7", true}));
    EXPECT_EQ(sessions.take(kDown, event("meter-7_0_1_2025041401", R"(,"reason":"tcp_closed")")),
              (Presence{"meter-7", false}));
}

TEST(EmqxSessions, KeepADeviceWhoseOlderSessionEnds) {
    EmqxSessions sessions;
    sessions.take(kUp, event("meter-7_0_1_2025041401"));
    sessions.take(kUp, event("meter-7_0_1_2025041402"));
    EXPECT_EQ(sessions.take(kDown, event("meter-7_0_1_2025041401", R"(,"reason":"keepalive_timeout")")),
              std::nullopt);
    for (const auto* reason : {"takenover", "takeovered", "discarded"}) {
        EXPECT_EQ(
            sessions.take(kDown, event("meter-7_0_1_2025041402", ",\"reason\":\"" + std::string(reason) + "\"")),
            std::nullopt);
    }
    EXPECT_TRUE(sessions.take(kDown, event("meter-7_0_1_2025041402", R"(,"reason":"normal")")));
}

TEST(EmqxSessions, BelieveTheEndOfASessionThatBeganBeforeTheyListened) {
    EmqxSessions sessions;
    EXPECT_EQ(sessions.take(kDown, event("meter-7_0_1_2025041401", R"(,"reason":"normal")")),
              (Presence{"meter-7", false}));
}

TEST(EmqxSessions, PassOverEverythingElse) {
    EmqxSessions sessions;
    EXPECT_EQ(sessions.take("$SYS/brokers/emqx@127.0.0.1/version", event("x")), std::nullopt);
    EXPECT_EQ(sessions.take("meter-7/connected", event("x")), std::nullopt);
    EXPECT_EQ(sessions.take(kUp, "nonsense"), std::nullopt);
    EXPECT_EQ(sessions.take(kUp, R"({"username":"a/b","clientid":"x"})"), std::nullopt);
    EXPECT_EQ(sessions.take(kUp, R"({"username":null,"clientid":"x"})"), std::nullopt);
}

}  // namespace
}  // namespace cellwise::mqtt
