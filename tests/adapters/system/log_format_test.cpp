// SPDX-License-Identifier: Apache-2.0
#include "adapters/system/log_format.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace cellwise::system {
namespace {

constexpr Timestamp kAt = from_unix_ms(1'769'847'300'042);  // 2026-01-31T08:15:00.042Z

TEST(LogText, IsTimeLevelMessageAndFields) {
    EXPECT_EQ(format_text(kAt, log::Level::Info, "job started", {{"job", "5f"}, {"attempt", 2}, {"retry", true}}),
              "2026-01-31T08:15:00.042Z info job started job=5f attempt=2 retry=true");
    EXPECT_EQ(format_text(from_unix_ms(0), log::Level::Error, "x", {}), "1970-01-01T00:00:00.000Z error x");
}

TEST(LogText, QuotesValuesThatAreNotOneWord) {
    EXPECT_EQ(
        format_text(kAt, log::Level::Warning, "m", {{"a", "two words"}, {"b", ""}, {"c", "x=y"}, {"d", "s\"t"}}),
        R"(2026-01-31T08:15:00.042Z warning m a="two words" b="" c="x=y" d="s\"t")");
}

TEST(LogText, StaysOneLineOfPrintableAscii) {
    std::string hostile;
    for (int c = 0; c < 256; ++c) hostile += static_cast<char>(c);
    const std::string line = format_text(kAt, log::Level::Debug, "m", {{"hostile", std::string_view(hostile)}});
    for (const char c : line) EXPECT_TRUE(c >= ' ' && c < 0x7F) << static_cast<int>(c);
    EXPECT_NE(line.find("\\x0a"), std::string::npos);
    EXPECT_NE(line.find("\\x1b"), std::string::npos);
    EXPECT_NE(line.find("\\x9b"), std::string::npos);
}

TEST(LogJson, IsOneObjectInOrder) {
    EXPECT_EQ(
        format_json(kAt, log::Level::Warning, "device refused", {{"device", "d1"}, {"size", 12}}),
        R"({"time":"2026-01-31T08:15:00.042Z","level":"warning","message":"device refused","device":"d1","size":"12"})");
}

TEST(LogJson, GivesBackWhatWentIn) {
    const std::string value = "quote \" back \\ line \n tab \t nul \x01 \xE4\xB8\xAD end";
    const auto line = format_json(kAt, log::Level::Info, "m", {{"v", std::string_view(value)}});
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto parsed = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(parsed.is_object());
    EXPECT_EQ(parsed["v"], value);
}

TEST(LogJson, SurvivesBytesThatAreNoUtf8) {
    const auto parsed = nlohmann::json::parse(
        format_json(kAt, log::Level::Info, "m", {{"v", std::string_view("a\xFF\xC0z")}}), nullptr, false);
    ASSERT_TRUE(parsed.is_object());
    EXPECT_EQ(parsed["v"], "a\xEF\xBF\xBD\xEF\xBF\xBDz");
}

}  // namespace
}  // namespace cellwise::system
