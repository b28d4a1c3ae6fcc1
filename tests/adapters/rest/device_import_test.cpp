// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class DeviceImportTest : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/devices:import";
    static constexpr auto kCsv = "text/csv";
    static constexpr auto kNdjson = "application/x-ndjson";
    domain::Product product_ = world_.create_product();

    std::size_t devices() {
        return static_cast<std::size_t>(
            world_.store.get([](ports::Transaction& tx) { return tx.devices().count({}); }));
    }
};

TEST_F(DeviceImportTest, TakesCsvByItsColumns) {
    const auto report = call(Post, kPath,
                             "\xEF\xBB\xBFname,nodeId,manufacturerName,deviceType,model\r\n"
                             "\"Kitchen, left\",urn:imei:1,Acme,WaterMeter,WM-1\r\n"
                             "\r\n"
                             ",urn:imei:2,Acme,WaterMeter,WM-1",
                             kCsv);
    ASSERT_EQ(report.status, 200) << report.body;
    EXPECT_EQ(report.body, R"({"total":2,"created":2,"failed":0,"errors":[],"errorsTruncated":false})");
    const auto first =
        world_.store.get([](ports::Transaction& tx) { return tx.devices().find_by_node_id("urn:imei:1"); });
    ASSERT_TRUE(first);
    EXPECT_EQ(first->name, "Kitchen, left");
    EXPECT_EQ(first->product, product_.id);
}

TEST_F(DeviceImportTest, TakesNdjsonAsTheBodyOfASingleDevice) {
    const auto report = call(Post, kPath,
                             R"({"nodeId":"1","productId":")" + product_.id.str() + "\"}\n\n" +
                                 R"({"nodeId":"2","productId":")" + product_.id.str() + "\"}\n",
                             kNdjson);
    EXPECT_EQ(report.body, R"({"total":2,"created":2,"failed":0,"errors":[],"errorsTruncated":false})");
    EXPECT_EQ(devices(), 2U);
}

TEST_F(DeviceImportTest, TellsWhichLinesAreWrongAndTakesTheRest) {
    const auto report = call(Post, kPath,
                             "nodeId,productId\n"
                             "1," +
                                 product_.id.str() +
                                 "\n"  // 2: fine
                                 "1," +
                                 product_.id.str() +
                                 "\n"            // 3: taken
                                 "2,nonsense\n"  // 4
                                 "3," +
                                 kNobody +
                                 "\n"   // 5
                                 "4\n"  // 6
                                 "\"5," +
                                 product_.id.str() + "\n"  // 7
                                 + std::string(20'000, 'x') +
                                 "\n"  // 8
                                 "\xFF," +
                                 product_.id.str() +
                                 "\n"  // 9
                                 "10," +
                                 product_.id.str() + "\n",  // 10: fine
                             kCsv);
    ASSERT_EQ(report.status, 200) << report.body;
    EXPECT_EQ(report.at("/total"), "9");
    EXPECT_EQ(report.at("/created"), "2");
    EXPECT_EQ(report.at("/failed"), "7");
    std::vector<std::string> errors;
    const auto told = report.json().at("errors");
    for (const auto& error : told) {
        errors.push_back(error.at("line").dump() + ' ' + std::string(error.at("code")));
    }
    std::sort(errors.begin(), errors.end());
    EXPECT_EQ(errors, (std::vector<std::string>{"3 device.node_id.duplicate", "4 request.field.invalid",
                                                "5 device.product.unknown", "6 import.csv.fields",
                                                "7 import.csv.quotes", "8 import.line.long", "9 text.invalid"}));
    EXPECT_EQ(devices(), 2U);
}

TEST_F(DeviceImportTest, TakesMoreThanABatch) {
    std::string body = "nodeId,productId\n";
    for (int i = 0; i < 1234; ++i) body += std::to_string(i) + "," + product_.id.str() + "\n";
    const auto report = call(Post, kPath, body, kCsv);
    EXPECT_EQ(report.at("/created"), "1234");
    EXPECT_EQ(devices(), 1234U);
}

TEST_F(DeviceImportTest, TellsOnlyTheFirstThousandErrors) {
    std::string body;
    for (int i = 0; i < 1500; ++i) body += "x\n";
    const auto report = call(Post, kPath, body, kNdjson);
    EXPECT_EQ(report.at("/failed"), "1500");
    EXPECT_EQ(report.json().at("errors").size(), 1000U);
    EXPECT_EQ(report.at("/errorsTruncated"), "true");
}

TEST_F(DeviceImportTest, RefusesAListThatItCannotRead) {
    EXPECT_EQ(refusal(call(Post, kPath, "x", "application/json")), "415 request.media_type Content-Type");
    EXPECT_EQ(refusal(call(Post, kPath, "name\n", kCsv)), "400 import.csv.column nodeId");
    EXPECT_EQ(refusal(call(Post, kPath, "nodeId,nodeId\n", kCsv)), "400 import.csv.column nodeId");
    EXPECT_EQ(refusal(call(Post, kPath, "\n\n", kCsv)), "400 import.csv.column nodeId");
    EXPECT_EQ(refusal(call(Post, kPath, "\"nodeId\n", kCsv)), "400 import.csv.quotes");
    const auto misspelt = call(Post, kPath, "nodeid\n", kCsv);
    EXPECT_EQ(refusal(misspelt), "400 import.csv.column nodeid");
    EXPECT_NE(misspelt.text_at("/detail").find("did you mean nodeId?"), std::string::npos);
}

TEST_F(DeviceImportTest, StopsWhenTheStorageFails) {
    world_.store.write_error = Error{.kind = ErrorKind::StorageFull, .code = "storage.full", .message = "full"};
    EXPECT_EQ(refusal(call(Post, kPath, "nodeId,productId\n1," + product_.id.str() + "\n", kCsv)),
              "507 storage.full");
}

}  // namespace
}  // namespace cellwise::rest
