// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class UplinksResource : public ApiFixture {
 protected:
    DeviceId device_ = world_.create_device({.node_id = "urn:imei:1"}).id;
    std::string path_ = "/api/v1/devices/" + device_.str() + "/uplinks";

    void report(int second, Bytes payload) {
        world_.store.put([&](ports::Transaction& tx) {
            return tx.uplinks().append(
                {device_, from_unix_ms(1'735'787'045'000 + second * 1'000), std::move(payload)});
        });
    }
};

TEST_F(UplinksResource, TellWhatADeviceReportedNewestFirst) {
    report(0, {0x00, 0xFF, 'x'});
    report(1, {});
    const auto answer = call(Get, path_);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(
        answer.body,
        R"({"items":[{"at":"2025-01-02T03:04:06.000Z","size":0,"encoding":"hex","payload":""},)"
        R"({"at":"2025-01-02T03:04:05.000Z","size":3,"encoding":"hex","payload":"00ff78"}],"nextCursor":null})");
    EXPECT_EQ(call(Get, path_ + "?encoding=base64").text_at("/items/1/payload"), "AP94");
}

TEST_F(UplinksResource, ArePaged) {
    for (int n = 0; n < 5; ++n) report(n, {static_cast<std::uint8_t>(n)});
    std::string seen;
    std::string cursor;
    do {
        const auto page = call(Get, path_ + "?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
        ASSERT_EQ(page.status, 200) << page.body;
        const auto whole = page.json();
        for (const auto& item : whole.at("items")) seen += item.at("payload").get<std::string>() + ' ';
        cursor = page.at("/nextCursor") == "null" ? "" : page.text_at("/nextCursor");
    } while (!cursor.empty());
    EXPECT_EQ(seen, "04 03 02 01 00 ");
}

TEST_F(UplinksResource, RefuseWhatTheyDoNotKnow) {
    EXPECT_EQ(refused(Get, "/api/v1/devices/00000000-0000-4000-8000-000000000009/uplinks"), "404 device.not_found");
    EXPECT_EQ(refused(Get, "/api/v1/devices/x/uplinks"), "404 device.not_found");
    EXPECT_EQ(refused(Get, path_ + "?encoding=utf8"), "400 request.query.invalid encoding");
    EXPECT_EQ(refused(Get, path_ + "?enconding=hex"), "400 request.query.unknown enconding");
    EXPECT_EQ(refused(Get, path_ + "?cursor=x"), "400 page.cursor.malformed cursor");
}

}  // namespace
}  // namespace cellwise::rest
