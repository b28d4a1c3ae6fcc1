// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/decode.hpp"

#include "tests/adapters/lwm2m/data_format/expect_nodes.hpp"

#include <cmath>
#include <random>
#include <string>

namespace cellwise::lwm2m::data_format {
namespace {

std::string read(std::optional<std::uint32_t> content_format, std::string_view text, const Path& base = {4, 0, 2}) {
    return text_of(decode(content_format, base, as_bytes(text)));
}

TEST(Decode, ChoosesByContentFormat) {
    EXPECT_EQ(read(0, "-95"), "/4/0/2 text -95\n");
    EXPECT_EQ(read(42, "-95"), "/4/0/2 bytes 2d3935\n");
    EXPECT_EQ(read(11542, "\xC1\x02\xA1"), "/4/0/2 bytes a1\n");
    EXPECT_EQ(read(11543, R"({"e":[{"v":-95}]})"), "/4/0/2 int -95\n");
    EXPECT_EQ(read(110, R"([{"v":-95}])"), "/4/0/2 int -95\n");
    EXPECT_EQ(read(112, "\x81\xA1\x02\x38\x5E"), "/4/0/2 int -95\n");
}

TEST(Decode, KnowsTheNumbersFromBeforeTheStandard) {
    EXPECT_EQ(read(1541, "-95"), "/4/0/2 text -95\n");
    EXPECT_EQ(read(1542, "\xC1\x02\xA1"), "/4/0/2 bytes a1\n");
    EXPECT_EQ(read(1543, R"({"e":[{"v":-95}]})"), "/4/0/2 int -95\n");
}

TEST(Decode, GuessesWhenNoFormatIsNamed) {
    EXPECT_EQ(read({}, "-95"), "/4/0/2 text -95\n");
    EXPECT_EQ(read({}, "\xC1\x02\xA1"), "/4/0/2 bytes a1\n");
    EXPECT_EQ(read({}, "\xC1\x02\xA1", {4, 0}), "/4/0/2 bytes a1\n");
    EXPECT_EQ(read({}, "-95", {4, 0}), kMalformed);
}

TEST(Decode, RefusesUnknownFormatsAndMassesOfBytes) {
    EXPECT_EQ(read(60'000, "-95"), "lwm2m.format.unknown");
    EXPECT_EQ(read(42, std::string(kMaxPayload, 'x')), "/4/0/2 bytes " + to_hex(Bytes(kMaxPayload, 'x')) + "\n");
    EXPECT_EQ(read(42, std::string(kMaxPayload + 1, 'x')), "lwm2m.format.too_large");
}

/// Whatever comes, the answer is an error or a bounded list of finite values.
TEST(Decode, SurvivesRandomBytes) {
    constexpr std::array kFormats{0U, 42U, 11542U, 11543U, 110U, 112U};
    const std::vector<std::string> seeds{
        std::string("\x08\x00\x0B\xC1\x02\xA1\xC2\x08\x30\x39\x86\x06\x41\x00\x01", 15),
        R"({"bn":"/4/0/","e":[{"n":"2","v":-95},{"n":"8","sv":"1"},{"n":"4/0","bv":true}]})",
        R"([{"bn":"/4/0/","bv":1,"n":"2","v":-95.5},{"n":"8","vs":"1"}])",
        std::string("\x9F\xBF\x21\x65/4/0/\x00\x61\x32\x02\xF9\x3C\x00\xFF\xA2\x00\x61\x38\x02\x18\x64\xFF", 25)};
    std::mt19937 dice(7);
    for (int round = 0; round < 20'000; ++round) {
        auto text = seeds[dice() % seeds.size()];
        for (auto changes = dice() % 6; changes > 0 && !text.empty(); --changes) {
            const auto at = dice() % text.size();
            switch (dice() % 4) {
                case 0:
                    text[at] = static_cast<char>(dice());
                    break;
                case 1:
                    text.erase(at, 1 + dice() % 3);
                    break;
                case 2:
                    text.insert(at, 1 + dice() % 3, static_cast<char>(dice()));
                    break;
                default:
                    text += text.substr(at);
                    break;
            }
        }
        const auto nodes = decode(kFormats[dice() % kFormats.size()], {4, 0}, as_bytes(text));
        if (!nodes) continue;
        ASSERT_LE(nodes->size(), kMaxNodes);
        for (const auto& node : *nodes) {
            const auto* real = std::get_if<double>(&node.value);
            ASSERT_TRUE(real == nullptr || std::isfinite(*real));
        }
    }
}

}  // namespace
}  // namespace cellwise::lwm2m::data_format
