// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/value_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cellwise::ctl {
namespace {

using Json = nlohmann::ordered_json;

TEST(ValueText, SaysThatThereIsNothing) {
    EXPECT_EQ(value_text(Json(), Show::Text), kNothing);
    EXPECT_EQ(value_text(Json(""), Show::Text), kNothing);
    EXPECT_EQ(value_text(Json(), Show::Count), kNothing);
}

TEST(ValueText, IsShortForTimesAndSizes) {
    EXPECT_EQ(value_text(Json("2026-11-26T09:30:00.123Z"), Show::Time), "2026-11-26T09:30:00Z");
    EXPECT_EQ(value_text(Json("some day"), Show::Time), "some day");
    EXPECT_EQ(value_text(Json(1536000U), Show::Bytes), "1.5 MB");
    EXPECT_EQ(value_text(Json(true), Show::Flag), "yes");
    EXPECT_EQ(value_text(Json(7), Show::Count), "7");
}

TEST(ValueText, IsOneSafeLine) {
    EXPECT_EQ(value_text(Json("a\n\x1b"), Show::Text), "a\\n\\x1b");
    EXPECT_EQ(value_text(Json("\n"), Show::Time), "\\n");
    EXPECT_EQ(value_text(Json{{"a", "\n"}}, Show::Text), R"({"a":"\n"})");
}

TEST(BytesText, ChangesItsUnitAtAThousand) {
    EXPECT_EQ(bytes_text(0), "0 B");
    EXPECT_EQ(bytes_text(999), "999 B");
    EXPECT_EQ(bytes_text(1'000), "1.0 kB");
    EXPECT_EQ(bytes_text(20'000), "20.0 kB");
    EXPECT_EQ(bytes_text(999'499), "999 kB");
    EXPECT_EQ(bytes_text(999'949), "1.0 MB");
    EXPECT_EQ(bytes_text(123'456'789), "123 MB");
}

TEST(ToneOf, TellsGoodFromBad) {
    EXPECT_EQ(tone_of("success"), shell::Tone::Good);
    EXPECT_EQ(tone_of("failed"), shell::Tone::Bad);
    EXPECT_EQ(tone_of("wait"), shell::Tone::Plain);
}

}  // namespace
}  // namespace cellwise::ctl
