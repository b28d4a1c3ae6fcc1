// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/json_command_codec.hpp"

#include <gtest/gtest.h>

#include <random>

namespace cellwise::codec {
namespace {

using ports::CommandAnswer;

const JsonCommandCodec kCodec{};

Result<Bytes> encode(std::string paras, std::uint16_t mid = 7) {
    return kCodec.encode({.service_id = "Meter", .method = "SET\"LEVEL", .paras = std::move(paras)}, mid);
}
std::string text_of(const Result<Bytes>& bytes) { return bytes ? std::string(as_text(*bytes)) : bytes.error().code; }

TEST(JsonCommandCodec, TellsTheDeviceInCompactJson) {
    EXPECT_EQ(text_of(encode(R"({"value":12})")),
              R"({"mid":7,"serviceId":"Meter","method":"SET\"LEVEL","paras":{"value":12}})");
    EXPECT_EQ(text_of(encode("{}", 0xFFFF)), R"({"mid":65535,"serviceId":"Meter","method":"SET\"LEVEL","paras":{}})");
}

TEST(JsonCommandCodec, SendsTheBytesThatTheApplicationGives) {
    const Bytes bytes{0xCA, 0xFE, 0x00};
    EXPECT_EQ(encode(R"({"hex":"CAfe00"})").value(), bytes);
    EXPECT_EQ(encode(R"({"rawData":"yv4A"})").value(), bytes);
    for (const auto* paras :
         {R"({"hex":"CAF"})", R"({"hex":""})", R"({"hex":"zz"})", R"({"rawData":"yv4"})", R"({"rawData":""})"}) {
        EXPECT_EQ(text_of(encode(paras)), "command.paras.invalid") << paras;
    }
}

TEST(JsonCommandCodec, TakesBytesOnlyWhereTheyAreTheOnlyParameter) {
    EXPECT_TRUE(text_of(encode(R"({"hex":"cafe","unit":1})")).starts_with("{\"mid\"")) << "a parameter of that name";
    EXPECT_TRUE(text_of(encode(R"({"hex":17})")).starts_with("{\"mid\""));
}

TEST(JsonCommandCodec, FindsTheAnswerInWhatADeviceReports) {
    const auto answer = [](std::string_view uplink) { return kCodec.find_answer(as_bytes(uplink)); };
    EXPECT_EQ(answer(R"({"mid":7,"errcode":0})"), (CommandAnswer{.mid = 7, .success = true}));
    EXPECT_EQ(answer(R"({"errcode":3,"body":{"why": "stuck"},"mid":65535,"more":1})"),
              (CommandAnswer{.mid = 65535, .success = false, .result = R"({"why":"stuck"})"}));
}

TEST(JsonCommandCodec, TakesMostBusinessDataForNoAnswer) {
    for (const std::string_view uplink :
         {"", "23.5 m3", "{", R"({"mid":7})", R"({"errcode":0})", R"({"mid":0,"errcode":0})",
          R"({"mid":65536,"errcode":0})", R"({"mid":"7","errcode":0})", R"({"mid":7,"errcode":0,"body":[]})",
          R"([{"mid":7,"errcode":0}])", R"({"mid":7,"errcode":0}x)", R"({"mid":7.5,"errcode":0})"}) {
        EXPECT_EQ(kCodec.find_answer(as_bytes(uplink)), std::nullopt) << uplink;
    }
    const std::string deep = R"({"mid":7,"errcode":0,"body":)" + std::string(900, '[');
    EXPECT_EQ(kCodec.find_answer(as_bytes(deep)), std::nullopt);
    EXPECT_EQ(kCodec.find_answer(as_bytes(R"({"mid":7,"errcode":0})" + std::string(3'000, ' '))), std::nullopt);
}

TEST(JsonCommandCodec, SurvivesAnyBytes) {
    std::mt19937 random(1);
    const std::string good = R"({"mid":7,"errcode":0,"body":{"a":"\u00e9"}})";
    for (int i = 0; i < 20'000; ++i) {
        auto bytes = good;
        for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = static_cast<char>(random());
        bytes.resize(random() % (bytes.size() + 1));
        const auto answer = kCodec.find_answer(as_bytes(bytes));
        EXPECT_TRUE(!answer || answer->mid != 0);
    }
}

}  // namespace
}  // namespace cellwise::codec
