// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace cellwise::lwm2m::coap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Bytes from(std::string_view hex) {
    Bytes out;
    EXPECT_TRUE(from_hex(hex, out)) << hex;
    return out;
}

TEST(CoapParse, ReadsEveryPartOfARegistration) {
    // CON POST, id 0x1234, token aabbccdd, Uri-Path "rd", Content-Format 40, Uri-Query "ep=x", payload "</19/0>"
    const std::optional<Message> message =
        parse(from("44021234aabbccddb27264112834"
                   "65703d78ff3c2f31392f303e"));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type, Type::Con);
    EXPECT_EQ(message->code, code::kPost);
    EXPECT_EQ(message->id, 0x1234);
    EXPECT_EQ(to_hex(message->token.view()), "aabbccdd");
    EXPECT_THAT(message->texts(option::kUriPath), ElementsAre("rd"));
    EXPECT_THAT(message->texts(option::kUriQuery), ElementsAre("ep=x"));
    EXPECT_EQ(message->number_of(option::kContentFormat), 40U);
    EXPECT_EQ(as_text(message->payload), "</19/0>");
}

TEST(CoapParse, TakesEmptyMessagesOfFourBytesOnly) {
    EXPECT_TRUE(parse(from("40000001")));
    EXPECT_TRUE(parse(from("7000ffff")));
    EXPECT_FALSE(parse(from("4000000100")));    // an option
    EXPECT_FALSE(parse(from("40000001ff41")));  // a payload
    EXPECT_FALSE(parse(from("40000001ff")));
    EXPECT_FALSE(parse(from("41000001aa")));  // a token
    EXPECT_FALSE(parse(from("41000001")));
}

TEST(CoapParse, RefusesWhatIsShorterThanAHeader) {
    EXPECT_FALSE(parse({}));
    for (const char* hex : {"40", "4001", "400100"}) EXPECT_FALSE(parse(from(hex))) << hex;
    EXPECT_TRUE(parse(from("40010001")));
}

TEST(CoapParse, RefusesOtherVersions) {
    for (const char* hex : {"00010001", "80010001", "c0010001"}) EXPECT_FALSE(parse(from(hex))) << hex;
}

TEST(CoapParse, RefusesTokensOfNineBytesAndMore) {
    for (unsigned length = 9; length <= 15; ++length) {
        Bytes datagram = from("40010001");
        datagram[0] = static_cast<std::uint8_t>(0x40U | length);
        datagram.resize(4 + length, 0x11);
        EXPECT_FALSE(parse(datagram)) << length;
    }
}

TEST(CoapParse, RefusesATokenThatOverruns) {
    Bytes datagram = from("480100010102030405060708");
    ASSERT_TRUE(parse(datagram));
    while (datagram.size() > 4) {
        datagram.pop_back();
        EXPECT_FALSE(parse(datagram)) << datagram.size();
    }
}

TEST(CoapParse, RefusesAPayloadMarkerWithoutPayload) {
    EXPECT_FALSE(parse(from("40450001ff")));
    EXPECT_FALSE(parse(from("41450001aaff")));
    EXPECT_FALSE(parse(from("40010001b27264ff")));
    EXPECT_TRUE(parse(from("40450001ff00")));
}

TEST(CoapParse, RefusesReservedDeltasAndLengths) {
    for (const char* hex : {"40010001f0", "40010001f1aa", "400100010f", "400100011faaaa", "40010001fe"}) {
        EXPECT_FALSE(parse(from(hex))) << hex;
    }
}

TEST(CoapParse, RefusesOptionsCutShortAtEveryByte) {
    // Number 2000 by a two-byte delta, 300 bytes by a two-byte length; number 2020 by a one-byte delta and length 20.
    const Bytes whole = encode(Message{.code = code::kGet,
                                       .options = {{.number = 2'000, .value = OptionValue(300, 0x41)},
                                                   {.number = 2'020, .value = OptionValue(20, 0x42)}}});
    ASSERT_TRUE(parse(whole));
    const std::size_t first = 4 + 1 + 2 + 2 + 300;
    for (std::size_t size = 5; size < whole.size(); ++size) {
        const bool boundary = size == first;
        EXPECT_EQ(parse(ByteView(whole).first(size)).has_value(), boundary) << size;
    }
}

TEST(CoapParse, RefusesOptionNumbersPastSixteenBits) {
    // 65535 is 269 + 0xfef2: the highest there is.
    ASSERT_TRUE(parse(from("40010001e0fef2")));
    EXPECT_EQ(parse(from("40010001e0fef2"))->options.at(0).number, 65'535);
    EXPECT_FALSE(parse(from("40010001e0fef3")));  // libcoap makes number 0 of it
    EXPECT_FALSE(parse(from("40010001e0feff")));
    EXPECT_FALSE(parse(from("40010001e0ffff")));
    EXPECT_FALSE(parse(from("40010001e0fef210")));    // the sum
    EXPECT_FALSE(parse(from("40010001b0e0fef2")));    // 11 and then 65535 more
    EXPECT_FALSE(parse(from("40010001e0fef2d0ff")));  // by a one-byte delta
}

TEST(CoapParse, RefusesKnownOptionsOfAForbiddenLength) {
    EXPECT_FALSE(parse(from("400100016401020304")));    // Observe of 4 bytes
    EXPECT_FALSE(parse(from("40010001c3010203")));      // Content-Format of 3
    EXPECT_FALSE(parse(from("40010001d40a01020304")));  // Block2 of 4
}

TEST(CoapParse, StartsAfreshAfterARefusal) {
    const Bytes big = encode(Message{.code = code::kPost, .payload = Bytes(1'000, 0x55)});
    const Bytes small = from("40010001");
    for (int round = 0; round < 3; ++round) {
        EXPECT_FALSE(parse(from("40010001f0")));
        EXPECT_THAT(parse(small)->payload, IsEmpty());
        EXPECT_EQ(parse(big)->payload.size(), 1'000U);
        EXPECT_FALSE(parse(from("49010001aa")));
        EXPECT_THAT(parse(small)->options, IsEmpty());
    }
}

TEST(CoapEncode, WritesExtendedDeltasAndLengthsAtTheirBounds) {
    const auto first_bytes = [](std::uint16_t number, std::size_t length) {
        const Bytes all =
            encode(Message{.code = code::kGet, .options = {{.number = number, .value = OptionValue(length)}}});
        return to_hex(ByteView(all).subspan(4, all.size() - 4 - length));
    };
    EXPECT_EQ(first_bytes(12, 12), "cc");
    EXPECT_EQ(first_bytes(13, 13), "dd0000");
    EXPECT_EQ(first_bytes(268, 268), "ddffff");
    EXPECT_EQ(first_bytes(269, 269), "ee00000000");
    EXPECT_EQ(first_bytes(65'535, 270), "eefef20001");
}

TEST(CoapEncode, SortsOptionsAndKeepsTheOrderOfEqualNumbers) {
    Message message{.code = code::kGet};
    message.add(option::kUriQuery, "a")
        .add(option::kUriPath, "rd")
        .add(option::kUriQuery, "b")
        .add(option::kUriPath, "7");
    const std::optional<Message> back = parse(encode(message));
    ASSERT_TRUE(back);
    EXPECT_THAT(back->texts(option::kUriPath), ElementsAre("rd", "7"));
    EXPECT_THAT(back->texts(option::kUriQuery), ElementsAre("a", "b"));
}

TEST(CoapEncode, MakesFourBytesOfAnEmptyMessage) {
    Message ack{.type = Type::Ack, .id = 0xABCD, .token = {.bytes = {1, 2}, .length = 2}, .payload = {1}};
    EXPECT_EQ(to_hex(encode(ack)), "6000abcd");
}

TEST(CoapMessage, WritesNumbersInTheShortestForm) {
    const auto bytes_of = [](std::uint32_t value) {
        Message message;
        return to_hex(message.add_uint(option::kObserve, value).options.at(0).value);
    };
    EXPECT_EQ(bytes_of(0), "");
    EXPECT_EQ(bytes_of(255), "ff");
    EXPECT_EQ(bytes_of(256), "0100");
    EXPECT_EQ(bytes_of(0x10000), "010000");
    EXPECT_EQ(bytes_of(0xFFFFFFFF), "ffffffff");
}

TEST(CoapMessage, ReadsNumbersWithLeadingZeros) {
    Message message{
        .options = {{.number = option::kAccept, .value = {0, 42}}, {.number = 99, .value = OptionValue(5, 1)}}};
    EXPECT_EQ(message.number_of(option::kAccept), 42U);
    EXPECT_EQ(message.number_of(99), std::nullopt);
    EXPECT_EQ(message.number_of(100), std::nullopt);
}

TEST(CoapMessage, SettingANumberReplacesEveryOneBefore) {
    Message message;
    message.add_uint(option::kBlock2, 1).add_uint(option::kBlock2, 2).set_uint(option::kBlock2, 3);
    EXPECT_EQ(message.options.size(), 1U);
    EXPECT_EQ(message.number_of(option::kBlock2), 3U);
}

/// Whatever RFC 7252 allows; options of numbers that libcoap holds to no length.
Message random_message(std::mt19937& random) {
    const auto below = [&random](unsigned bound) { return static_cast<unsigned>(random() % bound); };
    const auto bytes = [&random](std::size_t count) {
        OptionValue out(count);
        for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(random());
        return out;
    };
    Message message{.type = static_cast<Type>(below(4)),
                    .code = static_cast<Code>(1 + below(0xBF)),
                    .id = static_cast<std::uint16_t>(random())};
    message.token.length = static_cast<std::uint8_t>(below(9));
    for (unsigned i = 0; i < message.token.length; ++i) message.token.bytes[i] = static_cast<std::uint8_t>(random());
    const unsigned lengths[] = {0, 1, 12, 13, 14, 268, 269, 270, 700};
    for (unsigned count = below(6); count > 0; --count) {
        message.options.push_back({.number = static_cast<std::uint16_t>(2'000 + below(63'536)),
                                   .value = bytes(lengths[below(std::size(lengths))])});
    }
    const auto by_number = [](const Option& a, const Option& b) { return a.number < b.number; };
    std::stable_sort(message.options.begin(), message.options.end(), by_number);
    const OptionValue payload = bytes(lengths[below(std::size(lengths))]);
    message.payload.assign(payload.begin(), payload.end());
    return message;
}

TEST(CoapRoundTrip, GivesBackWhatWasEncoded) {
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        const Message message = random_message(random);
        const Bytes datagram = encode(message);
        ASSERT_EQ(parse(datagram), message) << "message " << i << ": " << to_hex(datagram);
    }
}

TEST(CoapRoundTrip, NeverCrashesAndWritesAgainWhatItCouldRead) {
    std::mt19937 random(2);
    int read = 0;
    for (int i = 0; i < 200'000; ++i) {
        Bytes datagram(random() % 40);
        for (std::uint8_t& byte : datagram) byte = static_cast<std::uint8_t>(random());
        if (!datagram.empty()) datagram[0] = static_cast<std::uint8_t>(0x40U | (datagram[0] & 0x3FU));
        const std::optional<Message> message = parse(datagram);
        if (!message) continue;
        ++read;
        ASSERT_EQ(parse(encode(*message)), message) << to_hex(datagram);
    }
    EXPECT_GT(read, 1'000);
}

TEST(CoapRoundTrip, SurvivesEverySingleByteChange) {
    const Bytes whole = from("44021234aabbccddb2726411283465703d78ff3c2f31392f303e");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (unsigned value = 0; value < 256; ++value) {
            Bytes datagram = whole;
            datagram[at] = static_cast<std::uint8_t>(value);
            if (const std::optional<Message> message = parse(datagram)) {
                ASSERT_EQ(parse(encode(*message)), message) << to_hex(datagram);
            }
        }
    }
}

}  // namespace
}  // namespace cellwise::lwm2m::coap
