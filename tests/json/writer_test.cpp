// SPDX-License-Identifier: Apache-2.0
#include "json/writer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace cellwise::json {
namespace {

TEST(Writer, WritesMembersInTheOrderOfTheCalls) {
    Writer out;
    out.begin_object().field("z", 1).field("a", "x").field("yes", true).null_field("none");
    out.key("list").begin_array().value(std::uint64_t{18446744073709551615U}).value(-5).end_array();
    out.key("empty").begin_object().end_object();
    out.field("maybe", std::optional<std::string>{}).field("surely", std::optional<int>{7});
    out.end_object();
    EXPECT_EQ(
        out.take(),
        R"({"z":1,"a":"x","yes":true,"none":null,"list":[18446744073709551615,-5],"empty":{},"maybe":null,"surely":7})");
}

TEST(Writer, EscapesWhatWouldBreakTheText) {
    EXPECT_EQ(quoted("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
    EXPECT_EQ(quoted("caf\xc3\xa9"), "\"caf\xc3\xa9\"");
}

TEST(Writer, WritesEveryCharacterAsAParserReadsIt) {
    for (int byte = 0; byte < 0x80; ++byte) {
        const std::string text{'a', static_cast<char>(byte), 'z'};
        Writer out;
        out.begin_array().value(text).value("next").end_array();
        const auto whole = out.take();
        EXPECT_EQ(whole, "[" + json::quoted(text) + ",\"next\"]");
        EXPECT_EQ(nlohmann::json::parse(whole), (nlohmann::json{text, "next"})) << byte;
    }
}

TEST(Writer, ReplacesBytesThatAreNoUtf8) { EXPECT_EQ(quoted("a\xff"), "\"a\xef\xbf\xbd\""); }

TEST(Writer, WritesNullForNumbersThatJsonLacks) {
    Writer out;
    out.begin_array().value(std::nan("")).value(1.5).end_array();
    EXPECT_EQ(out.take(), "[null,1.5]");
}

TEST(Writer, PutsInWhatIsJsonAlready) {
    Writer out;
    out.begin_object().field("a", 1).key("b").whole(R"({"c":[1,2]})").field("d", true).end_object();
    EXPECT_EQ(out.take(), R"({"a":1,"b":{"c":[1,2]},"d":true})");
}

}  // namespace
}  // namespace cellwise::json
