// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/mqtt/event_text.hpp"

#include "tests/tools/sim/mqtt/a_device.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cellwise::sim::mqtt::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Notice notice_of(const nlohmann::json& paras) {
    const auto events = read_down(down("software_upgrade", paras));
    return std::get<Notice>(events.value().at(0));
}

TEST(MqttEventText, ReadsWhatThePlatformSays) {
    const auto events =
        *read_down(R"({"object_device_id":"x","services":[{"service_id":"$time_sync","event_type":"version_query"},
                       {"service_id":"$ota","event_type":"version_query","paras":null},
                       {"service_id":"$ota","event_type":"version_query"},
                       {"service_id":"$ota","event_type":"something_new","paras":{}}]})");
    ASSERT_EQ(events.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<VersionQuery>(events[1]));
    const auto notice = notice_of(notice_paras());
    EXPECT_EQ(notice.version, "V2.0");
    EXPECT_EQ(notice.file_size, 10U);
    EXPECT_EQ(notice.sign, a_sign());
    EXPECT_THAT(notice.faults, IsEmpty());
}

TEST(MqttEventText, DoesWithoutTheSignAndTheNameOfTheFile) {
    auto paras = notice_paras();
    paras.erase("sign");
    paras.erase("file_name");
    EXPECT_THAT(notice_of(paras).faults, IsEmpty());
}

TEST(MqttEventText, NamesWhatADeviceCouldNotWorkWith) {
    auto paras = notice_paras();
    paras["file_size"] = "10";
    paras["access_token"] = "short";
    paras["sign"] = std::string(64, 'A');
    paras.erase("url");
    paras.erase("expires");
    const auto faults = notice_of(paras).faults;
    for (const auto* word : {"file_size", "access_token", "sign", "url", "expires"})
        EXPECT_THAT(faults, Contains(HasSubstr(word)));
}

TEST(MqttEventText, TakesNothingFromWhatIsNoEnvelope) {
    for (const auto* text : {"", "{", "[]", "{}", R"({"services":{}})",
                             R"({"services":[{"service_id":"$ota","event_type":"software_upgrade"}]})"})
        EXPECT_FALSE(read_down(text)) << text;
    EXPECT_THAT(read_down(R"({"services":[7,{"service_id":8}]})").value(), IsEmpty());
}

TEST(MqttEventText, WritesReportsAsDevicesDo) {
    const auto at = from_unix_ms(1'744'595'999'000);
    EXPECT_EQ(version_report(a_script(), "V1.0", at),
              R"({"services":[{"service_id":"$ota","event_type":"version_report","event_time":"20250414T015959Z",)"
              R"("paras":{"sw_version":"V1.0"}}]})");
    EXPECT_EQ(progress_report(a_script(), {.result_code = 7, .description = "bad"}, at),
              R"({"services":[{"service_id":"$ota","event_type":"upgrade_progress_report",)"
              R"("event_time":"20250414T015959Z","paras":{"result_code":7,"description":"bad"}}]})");
    const auto odd = nlohmann::json::parse(
        progress_report(a_script({Trait::Pretty, Trait::Chatty}), {.progress = 40, .version = "V2.0"}, at));
    EXPECT_EQ(odd.at("services").at(0).at("service_id"), "$time_sync");
    EXPECT_EQ(odd.at("services").at(2).at("event_time"), "2025-04-14T01:59:59.000Z");
    EXPECT_EQ(odd.at("services").at(2).at("paras").at("version"), "V2.0");
}

TEST(MqttEventText, ReportsTheRadioUnderTheNamesOfTheProductModel) {
    const auto of = [](const Script& script, const RadioNames& names) {
        return nlohmann::json::parse(property_report(script, names, 5)).at("services");
    };
    const auto plain = of(a_script(), {});
    EXPECT_EQ(plain.at(1).at("service_id"), "Connectivity");
    EXPECT_EQ(plain.at(1).at("properties"), (nlohmann::json{{"rsrp", -95}, {"sinr", 12}, {"cellId", 4242}}));
    auto script = a_script({Trait::RadioText});
    script.radio.sinr_db.reset();
    EXPECT_EQ(of(script, {"Net", "power", "noise", "cell"}).at(1).at("properties"),
              (nlohmann::json{{"power", "-95"}, {"cell", "4242"}}));
    EXPECT_EQ(of(a_script({Trait::NoRadio}), {}).size(), 1U);
}

}  // namespace
}  // namespace cellwise::sim::mqtt::test
