// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/mqtt_login.hpp"

#include <gtest/gtest.h>

namespace cellwise::domain::mqtt {
namespace {

using namespace std::chrono_literals;

TEST(MqttClientId, IsTakenApartFromTheRight) {
    EXPECT_EQ(parse_client_id("my_meter_0_1_2025041401"), (ClientId{"my_meter", true, "2025041401"}));
    EXPECT_EQ(parse_client_id("a_0_0_1_2_0_0000000000"), (ClientId{"a_0_0_1", false, "0000000000"}));
}

TEST(MqttClientId, OfAnotherShapeIsNone) {
    for (const auto* text : {"", "x", "_0_1_2025041401", "x_1_1_2025041401", "x_0_2_2025041401", "x_0_1_202504140",
                             "x_0_1_202504140a", "x/y_0_1_2025041401", "x+_0_1_2025041401", "x-0-1-2025041401"}) {
        EXPECT_EQ(parse_client_id(text), std::nullopt) << text;
    }
}

TEST(MqttStamp, NamesAnHourThatThereIs) {
    EXPECT_EQ(parse_stamp("1970010203"), from_unix_ms(27 * 3'600'000));
    for (const auto* stamp : {"2025130100", "2025023000", "2025010124", "202501010", "20250101 1", ""}) {
        EXPECT_EQ(parse_stamp(stamp), std::nullopt) << stamp;
    }
}

TEST(MqttStamp, IsFreshWithinTwoHours) {
    const auto now = parse_stamp("2025041412").value() + 40min;
    for (const auto* stamp : {"2025041410", "2025041411", "2025041412", "2025041413", "2025041414"}) {
        EXPECT_TRUE(is_fresh_stamp(stamp, now)) << stamp;
    }
    for (const auto* stamp : {"2025041409", "2025041415", "2024041412", "0000000000"}) {
        EXPECT_FALSE(is_fresh_stamp(stamp, now)) << stamp;
    }
}

const LoginQuestion kQuestion{
    .number = 0x01020304, .client_id = "x_0_1_2025041401", .username = "x", .password = "p"};

TEST(MqttLoginQuestion, ReadsBackAndGoesOverTheSocketAsWritten) {
    const auto bytes = encode(kQuestion).value();
    EXPECT_EQ(to_hex(as_bytes(bytes.substr(0, 11))), "4c01020304001000010001");
    const auto decoded = decode_question(bytes + "more");
    EXPECT_EQ(decoded.state, DecodedQuestion::State::Whole);
    EXPECT_EQ(decoded.size, bytes.size());
    EXPECT_EQ(decoded.question, kQuestion);
}

TEST(MqttLoginQuestion, IsIncompleteUntilItsLastByte) {
    const auto bytes = encode(kQuestion).value();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(decode_question(bytes.substr(0, size)).state, DecodedQuestion::State::Incomplete) << size;
    }
}

TEST(MqttLoginQuestion, IsNeverLongerThanItsBound) {
    auto question = kQuestion;
    question.password.assign(kLongestCredential, 'x');
    EXPECT_TRUE(encode(question));
    auto bytes = encode(question).value();
    bytes[9] = '\x02', bytes[10] = '\x01';
    EXPECT_EQ(decode_question(bytes).state, DecodedQuestion::State::Malformed);
    question.password += 'x';
    EXPECT_EQ(encode(question), std::nullopt);
    EXPECT_EQ(decode_question("X").state, DecodedQuestion::State::Malformed);
}

TEST(MqttLoginAnswer, ReadsBack) {
    for (const auto verdict :
         {LoginVerdict::Refused, LoginVerdict::Device, LoginVerdict::Daemon, LoginVerdict::Unavailable}) {
        const LoginAnswer answer{0xFFFEFDFC, verdict};
        EXPECT_EQ(decode_answer(encode(answer)), answer);
    }
    EXPECT_EQ(decode_answer("Z\0\0\0\1"), std::nullopt);
    EXPECT_EQ(decode_answer("A\0\0"), std::nullopt);
}

}  // namespace
}  // namespace cellwise::domain::mqtt
