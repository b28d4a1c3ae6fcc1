// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/emqx_face.hpp"

#include "adapters/crypto/hmac.hpp"
#include "tests/fakes/listed_logins.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace cellwise::mqtt {
namespace {

class Face : public testing::Test {
 protected:
    ports::HttpResponse ask(const std::string& path, std::string body, const std::string& token = "tkn",
                            ports::HttpMethod method = ports::HttpMethod::Post) {
        ports::HttpRequest request{.method = method, .path = path, .body = std::move(body)};
        request.headers.emplace_back("Authorization", "Bearer " + token);
        std::optional<ports::HttpResponse> answer;
        face_.handle(std::move(request), {}, [&](ports::HttpResponse response) { answer = std::move(response); });
        EXPECT_TRUE(answer);
        return answer.value_or(ports::HttpResponse{});
    }
    /// As EMQX 5 sends it with the templates of docs/mqtt.md.
    std::string login(const std::string& client, const std::string& name, const std::string& password) {
        return ask("/mqtt/emqx/auth",
                   R"({"clientid":")" + client + R"(","username":")" + name + R"(","password":")" + password + "\"}")
            .body;
    }
    std::string access(const std::string& name, const std::string& action, const std::string& topic) {
        return ask("/mqtt/emqx/acl", R"({"username":")" + name + R"(","action":")" + action + R"(","topic":")" +
                                         topic + R"(","clientid":"x"})")
            .body;
    }

    fakes::ListedLogins devices_{};
    crypto::OpenSslAuthentication authentication_{};
    LoginDesk desk_{{"cellwised", "cellwised", "own"}, devices_, authentication_};
    std::vector<EmqxEvent> heard_{};
    EmqxFace face_{"tkn", desk_, authentication_, [this](const EmqxEvent& event) { heard_.push_back(event); }};
};
using EmqxFaceTest = Face;

TEST_F(EmqxFaceTest, LetsDevicesAndTheDaemonIn) {
    EXPECT_EQ(login("meter-7_0_1_2025041401", "meter-7", "right"), R"({"result":"allow","is_superuser":false})");
    EXPECT_EQ(login("cellwised", "cellwised", "own"), R"({"result":"allow","is_superuser":true})");
    EXPECT_EQ(login("meter-7_0_1_2025041401", "meter-7", "wrong"), R"({"result":"deny"})");
    EXPECT_EQ(login("", "", ""), R"({"result":"deny"})");
}

TEST_F(EmqxFaceTest, NeverLeavesTheDecisionToTheNextInEmqxsChain) {
    devices_.away = true;
    EXPECT_EQ(login("meter-7_0_1_2025041401", "meter-7", "right"), R"({"result":"deny"})");
    EXPECT_EQ(ask("/mqtt/emqx/auth", R"({"clientid":"x","username":null,"password":null})").body,
              R"({"result":"deny"})");
}

TEST_F(EmqxFaceTest, GivesADeviceItsOwnTopicsOnly) {
    EXPECT_EQ(access("meter-7", "publish", "$oc/devices/meter-7/sys/events/up"), R"({"result":"allow"})");
    EXPECT_EQ(access("meter-7", "subscribe", "$oc/devices/meter-7/#"), R"({"result":"allow"})");
    EXPECT_EQ(access("meter-7", "publish", "$oc/devices/meter-8/sys/events/up"), R"({"result":"deny"})");
    EXPECT_EQ(access("meter-7", "subscribe", "$oc/devices/+/sys/events/down"), R"({"result":"deny"})");
    EXPECT_EQ(access("meter-7", "subscribe", "#"), R"({"result":"deny"})");
    EXPECT_EQ(access("meter-7", "all", "$oc/devices/meter-7/x"), R"({"result":"deny"})");
    EXPECT_EQ(access("cellwised", "subscribe", "$SYS/brokers/+/clients/+/connected"), R"({"result":"allow"})");
}

TEST_F(EmqxFaceTest, HearsWhoComesAndGoes) {
    // As the rule of docs/mqtt.md sends it.
    const auto answer =
        ask("/mqtt/emqx/presence", R"({"event":"client.connected","clientid":"meter-7_0_1_2025041401",)"
                                   R"("username":"meter-7","connected_at":1744596000000})");
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(heard_, (std::vector<EmqxEvent>{{.device = "meter-7",
                                               .client_id = "meter-7_0_1_2025041401",
                                               .connected = true,
                                               .connected_at = 1'744'596'000'000}}));
    EXPECT_EQ(ask("/mqtt/emqx/presence", R"({"event":"client.disconnected","clientid":"x","username":"cellwised/x"})")
                  .status,
              204)
        << "whoever is no device is nothing to us, and no reason to send it again";
    EXPECT_EQ(ask("/mqtt/emqx/presence", R"({"event":"else"})").status, 400);
    EXPECT_EQ(ask("/mqtt/emqx/presence", "{}", "tkm").status, 401);
    EXPECT_EQ(heard_.size(), 1U);
}

TEST_F(EmqxFaceTest, AnswersNobodyWithoutTheToken) {
    EXPECT_EQ(ask("/mqtt/emqx/auth", "{}", "tkm").status, 401);
    EXPECT_EQ(ask("/mqtt/emqx/auth", "{}", "").status, 401);
    ports::HttpRequest head{.method = ports::HttpMethod::Post, .path = "/mqtt/emqx/auth"};
    EXPECT_EQ(face_.open_body(head).error().kind, ErrorKind::Unauthenticated) << "before a byte of the body is read";
}

TEST_F(EmqxFaceTest, RefusesWhatItDoesNotUnderstand) {
    EXPECT_EQ(ask("/mqtt/emqx/auth", "nonsense").status, 400);
    EXPECT_EQ(ask("/mqtt/emqx/auth", R"({"username":7})").status, 400);
    EXPECT_EQ(ask("/mqtt/emqx/auth", R"({"username":"a","username":"b"})").status, 400);
    EXPECT_EQ(ask("/mqtt/emqx/else", "{}").status, 404);
    EXPECT_EQ(ask("/mqtt/emqx/auth", "{}", "tkn", ports::HttpMethod::Get).status, 404);
}

}  // namespace
}  // namespace cellwise::mqtt
