// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

using namespace std::chrono_literals;
using ports::DeliveryOutcome;

constexpr std::string_view kCommands = "/iocm/app/cmd/v1.4.0/deviceCommands";

class CommandsResource : public NorthboundFixture {
 protected:
    DeviceId device_ = new_device("urn:imei:1");

    DeviceId new_device(const std::string& node) { return world_.create_device({.app = app_, .node_id = node}).id; }
    std::string body(const std::string& more = "") {
        return R"({"deviceId":")" + device_.str() +
               R"(","command":{"serviceId":"Meter","method":"SET","paras":{"value":"12"}})" + more + "}";
    }
    std::string create(const std::string& more = "") {
        const auto answer = call(Post, kCommands, body(more));
        EXPECT_EQ(answer.status, 201) << answer.body;
        return answer.text_at("/commandId");
    }
    std::string path(const std::string& id) { return std::string(kCommands) + '/' + id; }
    std::string status_of(const std::string& id) {
        const auto all = call(Get, kCommands).json();
        for (const auto& each : all.at("data")) {
            if (each.at("commandId") == id) return each.at("status");
        }
        return "none";
    }
    std::vector<std::string> listed(const std::string& query) {
        std::vector<std::string> ids;
        const auto answer = call(Get, std::string(kCommands) + '?' + query);
        EXPECT_EQ(answer.status, 200) << answer.body;
        const auto whole = answer.json();
        for (const auto& each : whole.at("data")) ids.push_back(each.at("commandId"));
        EXPECT_EQ(answer.at("/totalCount"), answer.at("/totalSize"));
        return ids;
    }
};

TEST_F(CommandsResource, AreCreatedWithA201AndAllTheirFields) {
    const auto answer = call(Post, kCommands,
                             body(R"(,"callbackUrl":"http://a.example:8090/x","expireTime":3600,"maxRetransmit":3)"));
    EXPECT_EQ(answer.status, 201);
    const auto id = answer.text_at("/commandId");
    EXPECT_EQ(answer.body, R"({"commandId":")" + id + R"(","appId":")" + app_.str() + R"(","deviceId":")" +
                               device_.str() +
                               R"(","command":{"serviceId":"Meter","method":"SET","paras":{"value":"12"}},)"
                               R"("callbackUrl":"http://a.example:8090/x","expireTime":3600,"status":"PENDING",)"
                               R"("result":null,"creationTime":)" +
                               answer.at("/creationTime") +
                               R"(,"executeTime":null,"platformIssuedTime":null,"deliveredTime":null,)"
                               R"("issuedTimes":0,"maxRetransmit":3})");
    EXPECT_EQ(call(Post, kCommands, body()).at("/expireTime"), "172800");
}

TEST_F(CommandsResource, ForAtOnceAreAnsweredAsSentIfTheDeviceListens) {
    world_.downlink.awake.insert(device_);
    const auto answer = call(Post, kCommands, body(R"(,"expireTime":0)"));
    EXPECT_EQ(answer.text_at("/status"), "SENT");
    EXPECT_EQ(answer.at("/issuedTimes"), "1");
    ASSERT_EQ(world_.downlink.sent.size(), 1U);
    EXPECT_EQ(as_text(world_.downlink.sent[0].payload),
              R"({"mid":1,"serviceId":"Meter","method":"SET","paras":{"value":"12"}})");
    world_.downlink.end(DeliveryOutcome::Delivered);
    EXPECT_EQ(status_of(answer.text_at("/commandId")), "DELIVERED");
}

TEST_F(CommandsResource, AreNotOfferedToMqttDevices) {
    const domain::Product tracker{.manufacturer_id = "acme",
                                  .manufacturer_name = "Acme",
                                  .device_type = "Tracker",
                                  .model = "T-1",
                                  .protocol = domain::Protocol::Mqtt};
    const auto model =
        world_.must<domain::Product>([&](auto done) { world_.catalog.create(tracker, std::move(done)); });
    device_ = world_.create_device({.app = app_, .node_id = "tracker-1", .product = model.id}).id;
    const auto answer = call(Post, kCommands, body());
    EXPECT_EQ(answer.status, 501);
    EXPECT_EQ(answer.text_at("/error_code"), "190003");
    EXPECT_NE(answer.text_at("/error_desc").find("MQTT"), std::string::npos) << answer.body;
    EXPECT_EQ(call(Get, kCommands).at("/totalCount"), "0") << "nothing stays pending";
}

TEST_F(CommandsResource, AreCanceledWhileTheyArePending) {
    const auto id = create();
    const auto answer = call(Put, path(id), R"({"status":"CANCELED"})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.text_at("/status"), "CANCELED");
    EXPECT_EQ(answer.text_at("/commandId"), id);
    EXPECT_EQ(refused(Put, path(id), R"({"status":"CANCELED"})"), "409 190021");
    EXPECT_EQ(refused(Put, path(kNobody), R"({"status":"CANCELED"})"), "404 190020");
    EXPECT_EQ(refused(Put, path("x"), R"({"status":"CANCELED"})"), "404 190020");
    EXPECT_EQ(refused(Put, path(id), R"({"status":"DELIVERED"})"), "400 50400");
    EXPECT_EQ(refused(Put, path(id), "{}"), "400 50400");
    EXPECT_EQ(refused(Put, path(id), "{"), "400 100007");
}

TEST_F(CommandsResource, AreListedNewestFirstByDeviceAndTime) {
    const auto first = create();
    world_.clock.advance(10s);
    device_ = new_device("urn:imei:2");
    const auto second = create();
    EXPECT_EQ(listed(""), (std::vector{second, first}));
    EXPECT_EQ(listed("deviceId=" + device_.str()), std::vector{second});
    EXPECT_EQ(listed("deviceId=" + kNoDevice), std::vector<std::string>{});
    EXPECT_EQ(listed("deviceId=x"), std::vector<std::string>{});
    EXPECT_EQ(listed("pageNo=1&pageSize=1"), std::vector{first});
    const auto at = call(Get, kCommands).json().at("data")[0].at("creationTime").get<std::string>();
    EXPECT_EQ(listed("startTime=" + at), std::vector{second});
    EXPECT_EQ(listed("&startTime=20200101T000000Z&endTime=" + at), (std::vector{second, first}));
    EXPECT_EQ(listed("endTime=20200101T000000Z"), std::vector<std::string>{});
}

TEST_F(CommandsResource, RefuseAListThatCannotBe) {
    for (const auto* query : {"pageSize=0", "pageSize=1001", "pageNo=-1", "startTime=yesterday", "endTime=2025",
                              "startTime=20250102T000000Z&endTime=20250101T000000Z"}) {
        EXPECT_EQ(refused(Get, std::string(kCommands) + '?' + query), "400 100022") << query;
    }
}

TEST_F(CommandsResource, RefuseWithTheVendorsCodes) {
    EXPECT_EQ(refused(Post, kCommands, "{"), "400 100007");
    EXPECT_EQ(refused(Post, kCommands, "{}"), "400 50400");
    EXPECT_EQ(refused(Post, kCommands, R"({"deviceId":"x","command":{"serviceId":"a","method":"b"}})"), "404 100403");
    EXPECT_EQ(refused(Post, kCommands, body(R"(,"callbackUrl":"http://a.example/x")")), "400 100222");
    EXPECT_EQ(refused(Post, kCommands, body(R"(,"expireTime":-1)")), "400 50400");
    EXPECT_EQ(refused(Post, kCommands, body(R"(,"expireTime":"soon")")), "400 50400");
    EXPECT_EQ(refused(Post, kCommands, body(R"(,"maxRetransmit":4)")), "400 50400");
    for (int n = 0; n < 20; ++n) create();
    EXPECT_EQ(refused(Post, kCommands, body()), "400 100223");
}

TEST_F(CommandsResource, RefuseBytesThatADeviceCouldTakeForPcp) {
    const auto answer = call(Post, kCommands,
                             R"({"deviceId":")" + device_.str() +
                                 R"(","command":{"serviceId":"a","method":"b","paras":{"hex":"fffe0113"}}})");
    EXPECT_EQ(refusal(answer), "400 50400");
    EXPECT_NE(answer.body.find("FFFE"), std::string::npos) << answer.body;
}

TEST_F(CommandsResource, TakeNullForAbsentAndPassOverWhatTheyDoNotKnow) {
    const auto answer =
        call(Post, std::string(kCommands) + "?appId=" + app_.str(),
             R"({"deviceId":")" + device_.str() +
                 R"(","appId":"x","callbackUrl":null,"expireTime":null,"maxRetransmit":null,"priority":1,)"
                 R"("command":{"serviceId":"a","method":"b","paras":null}})");
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.at("/command/paras"), "{}");
    EXPECT_EQ(answer.at("/callbackUrl"), "null");
}

TEST_F(CommandsResource, AreTheCallersOnly) {
    const auto id = create();
    const auto foreign = body();
    become("other");
    EXPECT_EQ(listed(""), std::vector<std::string>{});
    EXPECT_EQ(listed("deviceId=" + device_.str()), std::vector<std::string>{});
    EXPECT_EQ(refused(Put, path(id), R"({"status":"CANCELED"})"), "404 190020");
    EXPECT_EQ(refused(Post, kCommands, foreign), "404 100403");
}

TEST_F(CommandsResource, TellTheirAnswer) {
    world_.downlink.awake.insert(device_);
    const auto id = create();
    world_.engine.on_data(device_, as_bytes(R"({"mid":1,"errcode":0,"body":{"level":3}})"));
    const auto shown = call(Get, kCommands).json().at("data")[0];
    EXPECT_EQ(shown.at("status"), "SUCCESSFUL");
    EXPECT_EQ(shown.at("result").dump(), R"({"level":3})");
    EXPECT_TRUE(shown.at("executeTime").is_string());
}

}  // namespace
}  // namespace cellwise::northbound
