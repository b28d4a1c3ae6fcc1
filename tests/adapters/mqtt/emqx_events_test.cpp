// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/emqx_events.hpp"

#include <gtest/gtest.h>

namespace cellwise::mqtt {
namespace {

constexpr const char* kUp = "$SYS/brokers/emqx@127.0.0.1/clients/meter-7_0_1_2025041401/connected";
constexpr const char* kDown = "$SYS/brokers/emqx@127.0.0.1/clients/meter-7_0_1_2025041401/disconnected";

/// As EMQX 5 publishes it: its documented examples, with a name and a time of ours.
std::string began(const std::string& client, std::int64_t at = 1'744'596'000'000) {
    return R"({"username":"meter-7","ts":1744596000001,"sockport":1883,"proto_ver":4,"proto_name":"MQTT","keepalive":60,)"
           R"("ipaddress":"127.0.0.1","expiry_interval":0,"connected_at":)" +
           std::to_string(at) + R"(,"connack":0,"clientid":")" + client + R"(","clean_start":true})";
}
std::string ended(const std::string& client, const std::string& reason) {
    return R"({"username":"meter-7","ts":1744596000002,"sockport":1883,"reason":")" + reason +
           R"(","proto_ver":4,"proto_name":"MQTT","ipaddress":"127.0.0.1","disconnected_at":1744596000002,)"
           R"("clientid":")" +
           client + R"("})";
}

class EmqxSessionsTest : public testing::Test {
 protected:
    std::optional<Presence> up(const std::string& payload) { return take(kUp, payload); }
    std::optional<Presence> down(const std::string& payload) { return take(kDown, payload); }
    std::optional<Presence> take(const std::string& topic, const std::string& payload) {
        const auto event = read_emqx_message(topic, payload);
        return event ? sessions_.take(*event) : std::nullopt;
    }
    /// As the rule of docs/mqtt.md sends it.
    std::optional<Presence> by_rule(const std::string& body) {
        const auto event = read_emqx_rule(body);
        EXPECT_TRUE(event) << event.error().message;
        return event && *event ? sessions_.take(**event) : std::nullopt;
    }
    EmqxSessions sessions_{};
};

const std::string kFirst = "meter-7_0_1_2025041401";
const std::string kSecond = "meter-7_0_1_2025041402";

TEST_F(EmqxSessionsTest, TellWhoComesAndGoes) {
    EXPECT_EQ(up(began(kFirst)), (Presence{"meter-7", true}));
    EXPECT_EQ(down(ended(kFirst, "tcp_closed")), (Presence{"meter-7", false}));
}

TEST_F(EmqxSessionsTest, KeepADeviceWhoseOlderSessionEnds) {
    up(began(kFirst));
    up(began(kSecond));
    EXPECT_EQ(down(ended(kFirst, "keepalive_timeout")), std::nullopt);
    for (const auto* reason : {"takenover", "takeovered", "discarded"}) {
        EXPECT_EQ(down(ended(kSecond, reason)), std::nullopt);
    }
    EXPECT_TRUE(down(ended(kSecond, "normal")));
}

TEST_F(EmqxSessionsTest, BelieveTheEndOfASessionThatBeganBeforeTheyListened) {
    EXPECT_EQ(down(ended(kFirst, "normal")), (Presence{"meter-7", false}));
}

TEST_F(EmqxSessionsTest, TakeAnEventThatIsToldTwiceForOne) {
    const auto rule = R"({"event":"client.connected","username":"meter-7","clientid":")" + kFirst +
                      R"(","connected_at":1744596000000,"reason":"undefined"})";
    EXPECT_EQ(by_rule(rule), (Presence{"meter-7", true}));
    EXPECT_EQ(up(began(kFirst)), std::nullopt) << "by its topic, too";
    EXPECT_TRUE(up(began(kFirst, 1'744'596'000'500))) << "it came back under the same client id";
}

TEST_F(EmqxSessionsTest, AreToldByARuleToo) {
    EXPECT_TRUE(by_rule(R"({"event":"client.connected","username":"meter-7","clientid":")" + kFirst + R"("})"));
    EXPECT_EQ(by_rule(R"({"event":"client.disconnected","username":"meter-7","clientid":")" + kFirst +
                      R"(","reason":"kicked","connected_at":"undefined"})"),
              (Presence{"meter-7", false}));
    EXPECT_EQ(by_rule(R"({"event":"client.connected","username":"undefined/x","clientid":"y"})"), std::nullopt);
    EXPECT_EQ(read_emqx_rule(R"({"event":"message.publish","username":"a"})").error().code, "mqtt.emqx.event");
    EXPECT_FALSE(read_emqx_rule("[]"));
    EXPECT_FALSE(read_emqx_rule("nonsense"));
}

TEST_F(EmqxSessionsTest, PassOverEverythingElse) {
    EXPECT_EQ(take("$SYS/brokers/emqx@127.0.0.1/version", began("x")), std::nullopt);
    EXPECT_EQ(take("meter-7/connected", began("x")), std::nullopt);
    EXPECT_EQ(up("nonsense"), std::nullopt);
    EXPECT_EQ(up(R"({"username":"a/b","clientid":"x"})"), std::nullopt);
    EXPECT_EQ(up(R"({"username":null,"clientid":"x"})"), std::nullopt);
}

}  // namespace
}  // namespace cellwise::mqtt
