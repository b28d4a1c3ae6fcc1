// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/json.hpp"

#include "tests/adapters/lwm2m/data_format/expect_nodes.hpp"

namespace cellwise::lwm2m::data_format {
namespace {

std::string lwm2m(std::string_view text, const Path& base = {4, 0}) {
    return text_of(decode_lwm2m_json(base, as_bytes(text)));
}
std::string senml(std::string_view text, const Path& base = {4, 0}) {
    return text_of(decode_senml_json(base, as_bytes(text)));
}

TEST(Lwm2mJson, ReadsEveryType) {
    EXPECT_EQ(lwm2m(R"({"bn":"/4/0/","bt":1,"e":[{"n":"2","v":-95},{"n":"11","v":12.5,"t":-3},{"n":"8","sv":"12345"},
                        {"n":"5","bv":true},{"n":"4/1","sv":"10.0.0.1"}]})"),
              "/4/0/2 int -95\n/4/0/11 real 12.500000\n/4/0/8 text 12345\n/4/0/5 true\n/4/0/4/1 text 10.0.0.1\n");
}

TEST(Lwm2mJson, StandsUnderThePathThatWasReadWhenItNamesNone) {
    EXPECT_EQ(lwm2m(R"({"e":[{"n":"2","v":1}]})"), "/4/0/2 int 1\n");
    EXPECT_EQ(lwm2m(R"({"e":[{"v":1}]})", {4, 0, 2}), "/4/0/2 int 1\n");
    EXPECT_EQ(lwm2m(R"({"bn":"/4/0/2","e":[{"n":"","v":1}]})", {4, 0, 2}), "/4/0/2 int 1\n");
}

TEST(Lwm2mJson, PassesOverWhatBearsNoValueOfOurs) {
    EXPECT_EQ(
        lwm2m(R"({"e":[{"n":"2"},{"n":"3","ov":"1:2"},{"n":"4","v":"7"},{"n":"5","v":null},{"n":"6","v":{}}]})"), "");
    EXPECT_EQ(lwm2m(R"({"e":[]})"), "");
}

TEST(Lwm2mJson, KeepsNumbersWhatTheyAre) {
    EXPECT_EQ(lwm2m(R"({"e":[{"n":"1","v":9223372036854775807}]})"), "/4/0/1 int 9223372036854775807\n");
    EXPECT_EQ(lwm2m(R"({"e":[{"n":"1","v":-9223372036854775808}]})"), "/4/0/1 int -9223372036854775808\n");
    EXPECT_EQ(lwm2m(R"({"e":[{"n":"1","v":18446744073709551615}]})"), "/4/0/1 real 18446744073709551616.000000\n");
}

TEST(Lwm2mJson, RefusesWhatIsMalformed) {
    for (const auto* text :
         {"", "{", "[]", "7", "null", R"({"e":{}})", R"({"e":7})", "{}", R"({"e":[7]})", R"({"e":[[]]})",
          R"({"e":[{"n":"x","v":1}]})", R"({"bn":"/x/","e":[{"n":"2","v":1}]})", R"({"e":[{"n":"2","v":NaN}]})",
          R"({"e":[{"n":"2","v":1e999}]})", R"({"e":[{"n":"70000","v":1}]})", R"({"e":[{"n":"2","v":1}]}x)",
          "\xFF\xFE", "{\"e\":[{\"n\":\"2\",\"sv\":\"\xC0\"}]}"}) {
        EXPECT_EQ(lwm2m(text), kMalformed) << text;
    }
}

TEST(Lwm2mJson, SurvivesDepth) {
    EXPECT_EQ(lwm2m(std::string(8'000, '[') + std::string(8'000, ']')), kMalformed);
    EXPECT_EQ(lwm2m(R"({"e":[{"n":"2","v":)" + std::string(4'000, '[') + std::string(4'000, ']') + "}]}"), "");
}

TEST(SenmlJson, ReadsEveryType) {
    EXPECT_EQ(
        senml(R"([{"bn":"/4/0/","n":"2","v":-95},{"n":"11","v":12.5},{"n":"8","vs":"12345"},{"n":"5","vb":false},
                        {"n":"9","vd":"AAE"},{"n":"10","vlo":"1:2"}])"),
        "/4/0/2 int -95\n/4/0/11 real 12.500000\n/4/0/8 text 12345\n/4/0/5 false\n");
}

TEST(SenmlJson, CarriesTheBaseOn) {
    EXPECT_EQ(
        senml(R"([{"bn":"/4/0/","bv":-100,"n":"2","v":5},{"n":"11","v":107},{"bn":"/4/1/","bv":0,"n":"2","v":1}])"),
        "/4/0/2 real -95.000000\n/4/0/11 real 7.000000\n/4/1/2 int 1\n");
    EXPECT_EQ(senml(R"([{"bv":1e308,"n":"2","v":1.7e308}])"), "");
}

TEST(SenmlJson, RefusesWhatIsMalformed) {
    for (const auto* text :
         {"", "{}", "[7]", "[[]]", "[{", R"([{"n":"a","v":1}])", R"([{"bn":"urn:x:","n":"2","v":1}])"}) {
        EXPECT_EQ(senml(text), kMalformed) << text;
    }
}

TEST(SenmlJson, RefusesAFloodOfValues) {
    std::string text = "[";
    for (int i = 0; i < 257; ++i) text += R"({"n":"2","v":1},)";
    text.back() = ']';
    EXPECT_EQ(senml(text), kMalformed);
}

}  // namespace
}  // namespace cellwise::lwm2m::data_format
