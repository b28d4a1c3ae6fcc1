// SPDX-License-Identifier: Apache-2.0
#include "json/document.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cellwise::json {
namespace {

struct Case {
    std::string name;
    std::string text;
    std::string code;  ///< empty: accepted
};

class DocumentParse : public testing::TestWithParam<Case> {};

TEST_P(DocumentParse, TakesWhatTheRfcTakesAndNothingElse) {
    const auto document = Document::parse(GetParam().text, Duplicates::Refuse);
    if (GetParam().code.empty()) {
        EXPECT_TRUE(document) << document.error().message;
    } else {
        ASSERT_FALSE(document);
        EXPECT_EQ(document.error().code, GetParam().code);
        EXPECT_EQ(document.error().kind, ErrorKind::InvalidInput);
    }
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

INSTANTIATE_TEST_SUITE_P(
    Texts, DocumentParse,
    testing::Values(
        Case{"Object", R"({"a":[1,-2.5e3,true,null,"\u00e9\ud83d\ude00"]})", ""},
        Case{"DepthAtTheBound", nested(Document::kMaxDepth), ""},
        Case{"DepthBeyondTheBound", nested(Document::kMaxDepth + 1), "request.json.deep"},
        Case{"DepthOfAnAttack", nested(100'000), "request.json.deep"},
        Case{"Duplicate", R"({"a":1,"a":2})", "request.json.duplicate"},
        Case{"DuplicateByEscape", R"({"a":1,"\u0061":2})", "request.json.duplicate"},
        Case{"DuplicateDeepDown", R"({"x":[{"a":1,"a":2}]})", "request.json.duplicate"},
        Case{"SameNameInTwoObjects", R"([{"a":1},{"a":2}])", ""}, Case{"Empty", "", "request.json.malformed"},
        Case{"TrailingText", "{} {}", "request.json.malformed"}, Case{"Comment", "{/*x*/}", "request.json.malformed"},
        Case{"SingleQuotes", "{'a':1}", "request.json.malformed"},
        Case{"TrailingComma", "[1,]", "request.json.malformed"},
        Case{"LoneHighSurrogate", R"(["\ud83d"])", "request.json.malformed"},
        Case{"LoneLowSurrogate", R"(["\ude00"])", "request.json.malformed"},
        Case{"InvalidUtf8", "[\"\xff\"]", "request.json.malformed"},
        Case{"OverlongUtf8", "[\"\xc0\xaf\"]", "request.json.malformed"},
        Case{"SurrogateInUtf8", "[\"\xed\xa0\x80\"]", "request.json.malformed"},
        Case{"NumberBeyondADouble", "[1e999]", "request.json.malformed"},
        Case{"NaN", "[NaN]", "request.json.malformed"}, Case{"LeadingZero", "[01]", "request.json.malformed"}),
    [](const auto& each) { return each.param.name; });

TEST(Document, MayKeepTheLastOfTwoEqualMembers) {
    EXPECT_TRUE(Document::parse(R"({"a":1,"a":2})", Duplicates::LastWins));
}

TEST(Document, NamesTheByteWhereTheTextIsWrong) {
    const auto document = Document::parse(R"({"a": ?})", Duplicates::Refuse);
    ASSERT_FALSE(document);
    EXPECT_NE(document.error().message.find("byte 7"), std::string::npos) << document.error().message;
}

}  // namespace
}  // namespace cellwise::json
