// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/event_codec.hpp"

#include "json/document.hpp"
#include "tests/fakes/source_tree.hpp"
#include "tests/fakes/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace cellwise::mqtt {
namespace {

namespace dm = domain::mqtt;

/// A text as devices send it, kept in tests/vectors/mqtt.
std::string vector_of(const std::string& name) {
    return fakes::TemporaryDirectory::read(fakes::in_source_tree("tests/vectors/mqtt/" + name));
}

std::vector<UpEvent> events_of(std::string_view payload) {
    const auto events = decode_events(payload);
    EXPECT_TRUE(events) << events.error().message;
    return events ? *events : std::vector<UpEvent>{};
}

std::string ota(const std::string& type, const std::string& paras) {
    return R"({"services":[{"service_id":"$ota","event_type":")" + type + R"(","paras":)" + paras + "}]}";
}

TEST(MqttEvents, ReadTheReportsOfDevices) {
    EXPECT_EQ(events_of(vector_of("version_report.json")),
              std::vector<UpEvent>{(dm::VersionReport{.software = "v1.0", .firmware = "v1.0"})});
    EXPECT_EQ(events_of(vector_of("upgrade_progress_report.json")),
              std::vector<UpEvent>{(dm::ProgressReport{
                  .result_code = 0, .progress = 80, .version = "V2.0", .description = "downloading"})});
}

TEST(MqttEvents, ReadEveryElementThatIsOfTheServiceAndLeaveOthersAlone) {
    EXPECT_EQ(events_of(vector_of("many_services.json")),
              (std::vector<UpEvent>{TimeRequest{1'618'300'000'000}, dm::VersionReport{.software = "7"},
                                    dm::ProgressReport{.result_code = 7}}));
}

TEST(MqttEvents, TakeNumbersAsTextsAndTextsAsNumbers) {
    EXPECT_EQ(events_of(ota("upgrade_progress_report", R"({"result_code":"4","progress":"50","version":2.5})")),
              std::vector<UpEvent>{(dm::ProgressReport{.result_code = 4, .progress = 50, .version = "2.5"})});
    EXPECT_EQ(events_of(ota("upgrade_progress_report", R"({"result_code":0.0})")),
              std::vector<UpEvent>{dm::ProgressReport{}});
}

TEST(MqttEvents, TakeMissingAndEmptyMembersForNotSaid) {
    EXPECT_EQ(events_of(ota("version_report", "null")), std::vector<UpEvent>{dm::VersionReport{}});
    EXPECT_EQ(events_of(ota("version_report", R"({"sw_version":""})")), std::vector<UpEvent>{dm::VersionReport{}});
    EXPECT_EQ(events_of(R"({"services":[{"service_id":"$ota","event_type":"version_report"}]})"),
              std::vector<UpEvent>{dm::VersionReport{}});
    EXPECT_TRUE(events_of(ota("upgrade_progress_report", "{}")).empty()) << "it says nothing at all";
    EXPECT_TRUE(events_of(R"({"services":[]})").empty());
    EXPECT_TRUE(events_of(R"({"services":[1,null,"x",{},{"service_id":5}]})").empty());
}

TEST(MqttEvents, KeepACodeThatNobodyKnowsAndDropProgressOutOfRange) {
    const auto report = [](const std::string& paras) {
        return std::get<dm::ProgressReport>(events_of(ota("upgrade_progress_report", paras)).at(0));
    };
    EXPECT_EQ(report(R"({"result_code":255})").result_code, 255);
    EXPECT_EQ(report(R"({"result_code":4711})").result_code, 4711);
    EXPECT_NE(report(R"({"result_code":-1})").result_code, 0) << "never a success";
    EXPECT_NE(report(R"({"result_code":9223372036854775807})").result_code, 0);
    EXPECT_EQ(report(R"({"result_code":0,"progress":101})").progress, std::nullopt);
    EXPECT_EQ(report(R"({"progress":5})").progress, 5);
}

TEST(MqttEvents, CutWhatIsTooLongBetweenCharacters) {
    std::string text;
    while (text.size() <= kLongestDescription) text += "ä";
    const auto report = std::get<dm::ProgressReport>(
        events_of(ota("upgrade_progress_report", R"({"result_code":1,"description":")" + text + R"("})")).at(0));
    EXPECT_EQ(report.description.size(), kLongestDescription);
    std::string odd = "x" + text;
    const auto cut = std::get<dm::ProgressReport>(
        events_of(ota("upgrade_progress_report", R"({"result_code":1,"description":")" + odd + R"("})")).at(0));
    EXPECT_EQ(cut.description.size(), kLongestDescription - 1);
}

TEST(MqttEvents, RefuseHostileTexts) {
    const std::string deep(10'000, '[');
    for (const auto& payload :
         {std::string{}, std::string("{"), std::string("[]"), std::string("{}"), std::string(R"({"services":{}})"),
          deep, R"({"services":)" + deep, std::string("{\"services\":[\"\xff\"]}"), std::string("\0", 1)}) {
        EXPECT_FALSE(decode_events(payload)) << payload.substr(0, 40);
    }
    EXPECT_EQ(decode_events(std::string(kLongestEvents + 1, ' ')).error().code, "mqtt.payload.too_large");
}

TEST(MqttEvents, TakeTheLastOfAMemberThatStandsTwice) {
    EXPECT_EQ(events_of(ota("version_report", R"({"sw_version":"1","sw_version":"2"})")),
              std::vector<UpEvent>{dm::VersionReport{.software = "2"}});
}

const Timestamp kNow = from_unix_ms(1'449'922'332'000);  // 2015-12-12 12:12:12

TEST(MqttQuestions, AreByteForByteWhatIsPublished) {
    EXPECT_EQ(encode_version_query("meter-7", kNow) + "\n", vector_of("version_query.json"));
    const dm::UpgradeNotice notice{.version = "V2.0",
                                   .url = "https://10.1.2.3:8943/iodm/x",
                                   .file_size = 81'362'928,
                                   .file_name = "meter.bin",
                                   .sign = std::string(64, 'a'),
                                   .access_token = std::string(64, 'b'),
                                   .expires = std::chrono::hours{24}};
    EXPECT_EQ(encode_upgrade("meter-7", notice, kNow) + "\n", vector_of("software_upgrade.json"));
}

TEST(MqttQuestions, LeaveOutWhatTheProductsDevicesDoNotBear) {
    const auto text = encode_upgrade("x", {.version = "1", .url = "u", .access_token = "t"}, kNow);
    EXPECT_EQ(text.find("file_name"), std::string::npos);
    EXPECT_EQ(text.find("sign"), std::string::npos);
    EXPECT_TRUE(json::Document::parse(text, json::Duplicates::Refuse));
}

TEST(MqttTime, IsAnsweredWithBothClocks) {
    EXPECT_EQ(encode_time("x", {.sent_at_ms = 5}, from_unix_ms(7), from_unix_ms(9)),
              R"({"object_device_id":"x","services":[{"service_id":"$time_sync","event_type":"time_sync_response",)"
              R"("event_time":"19700101T000000Z","paras":{"device_send_time":5,"server_recv_time":7,)"
              R"("server_send_time":9}}]})");
}

}  // namespace
}  // namespace cellwise::mqtt
