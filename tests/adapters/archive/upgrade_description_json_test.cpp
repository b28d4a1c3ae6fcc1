// SPDX-License-Identifier: Apache-2.0
#include "adapters/archive/upgrade_description_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>

namespace cellwise::archive {
namespace {

using Json = nlohmann::json;

Json a_description() {
    return {{"specVersion", "1.0"}, {"fileName", "fw.bin"},       {"packageType", "softwarePackage"},
            {"version", "V1.0.10"}, {"deviceType", "WaterMeter"}, {"manufacturerName", "Acme"},
            {"model", "WM-1"},      {"protocolType", "CoAP"}};
}
Json with(std::string_view field, Json value) {
    auto description = a_description();
    description[std::string(field)] = std::move(value);
    return description;
}

domain::UpgradeDescription read(const Json& json) {
    const auto parsed = parse_upgrade_description(json.dump());
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    return parsed ? parsed->description : domain::UpgradeDescription{};
}

void expect_code(std::string_view json, std::string_view code, std::string_view field = {}) {
    const auto parsed = parse_upgrade_description(json);
    ASSERT_FALSE(parsed) << "not refused with " << code << ": " << json;
    EXPECT_EQ(parsed.error().code, code) << json;
    EXPECT_EQ(parsed.error().kind, ErrorKind::InvalidInput);
    if (!field.empty()) {
        EXPECT_EQ(parsed.error().field, field);
        EXPECT_NE(parsed.error().message.find(field), std::string::npos) << parsed.error().message;
    }
}

TEST(UpgradeDescription, NeedsItsEightMandatoryFieldsOnly) {
    const auto description = read(a_description());
    EXPECT_EQ(description.file_name, "fw.bin");
    EXPECT_EQ(description.version, *domain::Version::parse("V1.0.10"));
    EXPECT_EQ(description.device_type, "WaterMeter");
    EXPECT_EQ(description.manufacturer_name, "Acme");
    EXPECT_EQ(description.model, "WM-1");
    EXPECT_EQ(description.protocol, domain::Protocol::CoAP);
    EXPECT_EQ(description.chunk_size, 500);
    EXPECT_EQ(description.version_check_code, "");
    EXPECT_TRUE(description.source_versions.empty());
}

TEST(UpgradeDescription, ReadsEveryOptionalField) {
    auto json = a_description();
    json.update({{"description", "\xE4\xBF\xAE\xE5\xA4\x8D"},
                 {"versionCheckCode", "1A2b"},
                 {"deviceShard", 64},
                 {"platform", "linux"},
                 {"supportSourceVersionList", {"V1.*", "V0.?"}},
                 {"date", "2024-02-29"}});
    const auto description = read(json);
    EXPECT_EQ(description.description, "\xE4\xBF\xAE\xE5\xA4\x8D");
    EXPECT_EQ(description.version_check_code, "1A2b");
    EXPECT_EQ(description.chunk_size, 64);
    EXPECT_EQ(description.platform, "linux");
    EXPECT_EQ(description.source_versions, (std::vector<std::string>{"V1.*", "V0.?"}));
    EXPECT_EQ(description.date, "2024-02-29");
}

TEST(UpgradeDescription, TakesTheVendorsTemplateWithItsEmptyFields) {
    auto json = a_description();
    json.update({{"description", ""},
                 {"versionCheckCode", ""},
                 {"deviceShard", ""},
                 {"platform", ""},
                 {"supportSourceVersionList", Json::array()},
                 {"date", ""}});
    EXPECT_EQ(read(json), read(a_description()));
    json["supportSourceVersionList"] = "";
    EXPECT_EQ(read(json), read(a_description()));
}

TEST(UpgradeDescription, RefusesAMissingOrEmptyMandatoryField) {
    const std::map<std::string, std::string> fields = {{"specVersion", "spec_version"},
                                                       {"fileName", "file_name"},
                                                       {"packageType", "package_type"},
                                                       {"version", "version"},
                                                       {"deviceType", "device_type"},
                                                       {"manufacturerName", "manufacturer_name"},
                                                       {"model", "model"},
                                                       {"protocolType", "protocol_type"}};
    for (const auto& [field, code] : fields) {
        auto json = a_description();
        json.erase(field);
        expect_code(json.dump(), "description." + code + ".missing", field);
        expect_code(with(field, "").dump(), "description." + code + ".missing", field);
        expect_code(with(field, 1).dump(), "description." + code + ".type", field);
        expect_code(with(field, nullptr).dump(), "description." + code + ".type", field);
    }
}

TEST(UpgradeDescription, RefusesEachBrokenRule) {
    struct Case {
        std::string field;
        Json value;
        std::string code;
    };
    const Case cases[] = {
        {"specVersion", "1.1", "spec_version.value"},
        {"fileName", "linux/fw.bin", "file_name.form"},
        {"fileName", "..", "file_name.form"},
        {"fileName", "a\\b", "file_name.form"},
        {"fileName", "a\nb", "file_name.form"},
        {"fileName", std::string(256, 'x'), "file_name.length"},
        {"packageType", "firmwarePackage", "package_type.value"},
        {"version", "12345678901234567", "version.length"},
        {"version", "V1\xC3\xA9", "version.ascii"},
        {"version", "V1\t", "version.ascii"},
        {"protocolType", "HTTP", "protocol_type.value"},
        {"protocolType", "coap", "protocol_type.value"},
        {"description", 7, "description.type"},
        {"versionCheckCode", "123", "version_check_code.length"},
        {"versionCheckCode", "1", "version_check_code.length"},
        {"versionCheckCode", "12345", "version_check_code.length"},
        {"versionCheckCode", "\xC3\xA9\xC3\xA9", "version_check_code.ascii"},
        {"versionCheckCode", 1234, "version_check_code.type"},
        {"deviceShard", 31, "device_shard.range"},
        {"deviceShard", 501, "device_shard.range"},
        {"deviceShard", 0, "device_shard.range"},
        {"deviceShard", -64, "device_shard.integer"},
        {"deviceShard", 64.5, "device_shard.integer"},
        {"deviceShard", "31", "device_shard.range"},
        {"deviceShard", "501", "device_shard.range"},
        {"deviceShard", "99999999999999999999999", "device_shard.range"},
        {"deviceShard", " 64", "device_shard.integer"},
        {"deviceShard", "0x40", "device_shard.integer"},
        {"deviceShard", "64 byte", "device_shard.integer"},
        {"deviceShard", true, "device_shard.type"},
        {"platform", Json::array(), "platform.type"},
        {"supportSourceVersionList", 1, "support_source_version_list.type"},
        {"supportSourceVersionList", {1}, "support_source_version_list.type"},
        {"supportSourceVersionList", {"V\xC3\xA9"}, "support_source_version_list.ascii"},
        {"date", "2024-2-9", "date.form"},
        {"date", "2023-02-29", "date.form"},
        {"date", "2024-13-01", "date.form"},
        {"date", "20240101", "date.form"},
        {"date", "2024-01-0x", "date.form"},
        {"date", "2024/01/01", "date.form"},
    };
    for (const auto& [field, value, code] : cases)
        expect_code(with(field, value).dump(), "description." + code, field);
}

TEST(UpgradeDescription, TakesTheBoundsOfTheShardAsNumberAndAsString) {
    EXPECT_EQ(read(with("deviceShard", 32)).chunk_size, 32);
    EXPECT_EQ(read(with("deviceShard", 500)).chunk_size, 500);
    EXPECT_EQ(read(with("deviceShard", "32")).chunk_size, 32);
    EXPECT_EQ(read(with("deviceShard", "0500")).chunk_size, 500);
}

TEST(UpgradeDescription, TakesAVersionOfSixteenBytes) {
    EXPECT_EQ(read(with("version", "1234567890123456")).version.raw(), "1234567890123456");
}

TEST(UpgradeDescription, TakesTheCheckCodesOfOldPackages) {
    EXPECT_EQ(read(with("versionCheckCode", "12")).version_check_code, "12");
}

TEST(UpgradeDescription, SplitsSourceVersionsAtSemicolons) {
    const std::vector<std::string> expected{"V1.0", "V1.1*", "V2.?"};
    EXPECT_EQ(read(with("supportSourceVersionList", "V1.0;V1.1*;V2.?")).source_versions, expected);
    EXPECT_EQ(read(with("supportSourceVersionList", {"V1.0; V1.1*", "V2.?;"})).source_versions, expected);
    EXPECT_EQ(read(with("supportSourceVersionList", {" V1.0 ;;", "V1.1*;V2.?"})).source_versions, expected);
    EXPECT_TRUE(read(with("supportSourceVersionList", ";;")).source_versions.empty());
}

TEST(UpgradeDescription, KnowsThreeProtocols) {
    EXPECT_EQ(read(with("protocolType", "LWM2M")).protocol, domain::Protocol::Lwm2m);
    EXPECT_EQ(read(with("protocolType", "MQTT")).protocol, domain::Protocol::Mqtt);
}

TEST(UpgradeDescription, ToleratesAByteOrderMark) {
    EXPECT_TRUE(parse_upgrade_description("\xEF\xBB\xBF" + a_description().dump()));
}

TEST(UpgradeDescription, KeepsUnknownFieldsToShowThem) {
    const auto parsed = parse_upgrade_description(with("vendorNote", {{"a", 1}}).dump());
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->unknown_fields.size(), 1U);
    EXPECT_EQ(parsed->unknown_fields[0].first, "vendorNote");
    EXPECT_EQ(parsed->unknown_fields[0].second, R"({"a":1})");
}

TEST(UpgradeDescription, RefusesWhatIsNoJsonObject) {
    expect_code("", "description.json.malformed");
    expect_code("{", "description.json.malformed");
    expect_code("{'fileName': 1}", "description.json.malformed");
    expect_code(a_description().dump() + "x", "description.json.malformed");
    expect_code(std::string(a_description().dump()) + '\0', "description.json.malformed");
    expect_code("{\"model\":\"\xFF\"}", "description.json.malformed");
    expect_code("\xFF\xFE{\0}\0", "description.json.malformed");
    expect_code("[]", "description.json.not_object");
    expect_code("\"text\"", "description.json.not_object");
    expect_code(R"({"model":"a","model":"b"})", "description.json.duplicate");
    expect_code(std::string(10'000, '['), "description.json.deep");
}

TEST(UpgradeDescription, ShowsABrokenValuePrintableAndBounded) {
    const auto parsed = parse_upgrade_description(with("specVersion", "\x1B[2J" + std::string(5'000, 'x')).dump());
    ASSERT_FALSE(parsed);
    EXPECT_TRUE(parsed.error().value.starts_with("\\x1b[2J"));
    EXPECT_LT(parsed.error().value.size(), 100U);
}

TEST(JsonDescriptionReader, GivesTheDescription) {
    JsonDescriptionReader reader;
    EXPECT_EQ(*reader.read(a_description().dump()), read(a_description()));
    EXPECT_FALSE(reader.read("nothing"));
}

}  // namespace
}  // namespace cellwise::archive
