// SPDX-License-Identifier: Apache-2.0
#include "json/object_reader.hpp"

#include "cellwise/base/id.hpp"

#include <gtest/gtest.h>

namespace cellwise::json {
namespace {

/// A reader of a small request: {name, count?, when?: {flag?}, tags?, id?}.
struct Request {
    std::string name;
    std::optional<std::int64_t> count;
    std::optional<bool> flag;
    std::optional<std::vector<std::string>> tags;
    std::optional<ProductId> id;
};

Result<Request> read(std::string_view text, Unknown unknown = Unknown::Refuse) {
    const auto document = Document::parse(text, Duplicates::Refuse);
    if (!document) return document.error();
    ObjectReader in(*document, unknown);
    Request request;
    request.name = in.text({"name", "title"});
    request.count = in.optional_integer("count", 1, 5);
    if (auto when = in.optional_object("when")) request.flag = when->optional_flag("flag");
    request.tags = in.optional_texts("tags", 2);
    request.id = in.optional_parsed("id", ProductId::parse, "must be 24 hex digits");
    if (const auto done = in.finish(); !done) return done.error();
    return request;
}

TEST(ObjectReader, ReadsAllMembers) {
    const auto request =
        read(R"({"name":"x","count":5,"when":{"flag":true},"tags":["a","b"],"id":"0123456789abcdef01234567"})");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->name, "x");
    EXPECT_EQ(request->count, 5);
    EXPECT_EQ(request->flag, true);
    EXPECT_EQ(request->tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(request->id->view(), "0123456789abcdef01234567");
}

TEST(ObjectReader, TakesNullForAbsent) {
    const auto request = read(R"({"name":"x","count":null,"when":null,"tags":null,"id":null})");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_FALSE(request->count || request->flag || request->tags || request->id);
}

TEST(ObjectReader, TellsNullFromAbsentWhereThatIsAsked) {
    const auto document = Document::parse(R"({"cleared":null,"set":1})", Duplicates::Refuse);
    ASSERT_TRUE(document);
    ObjectReader in(*document, Unknown::Refuse);
    EXPECT_TRUE(in.is_null("cleared"));
    EXPECT_TRUE(in.is_null({"other", "cleared"}));
    EXPECT_FALSE(in.is_null("set"));
    EXPECT_FALSE(in.is_null("absent"));
}

TEST(ObjectReader, TakesTheSecondSpelling) {
    const auto request = read(R"({"name":null,"title":"x"})");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->name, "x");
}

struct BadCase {
    std::string name;
    std::string text;
    std::string code;
    std::string field;
    std::string value;
};

class ObjectReaderRefuses : public testing::TestWithParam<BadCase> {};

TEST_P(ObjectReaderRefuses, NamesFieldRuleAndValue) {
    const auto request = read(GetParam().text);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().code, GetParam().code);
    EXPECT_EQ(request.error().field, GetParam().field);
    EXPECT_EQ(request.error().value, GetParam().value);
    EXPECT_FALSE(request.error().message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ObjectReaderRefuses,
    testing::Values(
        BadCase{"NoObject", "[]", "request.field.type", "", "[]"},
        BadCase{"Missing", "{}", "request.field.missing", "name", ""},
        BadCase{"Empty", R"({"name":""})", "request.field.missing", "name", ""},
        BadCase{"NumberForText", R"({"name":7})", "request.field.type", "name", "7"},
        BadCase{"TextForNumber", R"({"name":"x","count":"3"})", "request.field.type", "count", "\"3\""},
        BadCase{"FractionForNumber", R"({"name":"x","count":1.5})", "request.field.type", "count", "1.5"},
        BadCase{"BelowTheRange", R"({"name":"x","count":0})", "request.field.range", "count", "0"},
        BadCase{"AboveTheRange", R"({"name":"x","count":6})", "request.field.range", "count", "6"},
        BadCase{"AboveEveryRange", R"({"name":"x","count":18446744073709551615})", "request.field.range", "count",
                "18446744073709551615"},
        BadCase{"FlagInside", R"({"name":"x","when":{"flag":1}})", "request.field.type", "when.flag", "1"},
        BadCase{"ObjectWanted", R"({"name":"x","when":"now"})", "request.field.type", "when", "\"now\""},
        BadCase{"ListEntry", R"({"name":"x","tags":["a",2]})", "request.field.type", "tags[1]", "2"},
        BadCase{"ListTooLong", R"({"name":"x","tags":["a","b","c"]})", "request.field.range", "tags", "3"},
        BadCase{"BadId", R"({"name":"x","id":"zz"})", "request.field.invalid", "id", "zz"},
        BadCase{"Unknown", R"({"name":"x","cuont":3})", "request.field.unknown", "cuont", "3"},
        BadCase{"UnknownInside", R"({"name":"x","when":{"falg":true}})", "request.field.unknown", "when.falg",
                "true"},
        BadCase{"FirstWrongWins", R"({"count":9,"when":1})", "request.field.missing", "name", ""}),
    [](const auto& each) { return each.param.name; });

TEST(ObjectReader, ProposesTheNearestKnownName) {
    const auto request = read(R"({"name":"x","cuont":3})");
    ASSERT_FALSE(request);
    EXPECT_NE(request.error().message.find("count"), std::string::npos) << request.error().message;
}

TEST(ObjectReader, IgnoresUnknownMembersWhereTold) {
    EXPECT_TRUE(read(R"({"name":"x","cuont":3,"when":{"falg":true}})", Unknown::Ignore));
}

TEST(ObjectReader, PassesAnObjectOnAsItIs) {
    const auto document =
        Document::parse(R"({"a":{ "z":[1, {"b":null}], "c":"\u00e9" },"n":null,"t":1})", Duplicates::LastWins);
    ObjectReader in(*document, Unknown::Ignore);
    EXPECT_EQ(in.optional_object_text("a"), "{\"c\":\"\u00e9\",\"z\":[1,{\"b\":null}]}");
    EXPECT_EQ(in.optional_object_text("n"), std::nullopt);
    EXPECT_TRUE(in.finish());
    EXPECT_EQ(in.optional_object_text("t"), std::nullopt);
    EXPECT_EQ(in.finish().error().code, "request.field.type");
}

TEST(ObjectReader, CutsLongValuesInErrors) {
    const auto request = read(
        R"({"name":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]})");
    ASSERT_FALSE(request);
    EXPECT_LT(request.error().value.size(), 90U);
}

}  // namespace
}  // namespace cellwise::json
