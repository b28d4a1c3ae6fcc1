// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/mqtt_login.hpp"

#include "cellwise/domain/mqtt_name.hpp"

#include <algorithm>
#include <chrono>

namespace cellwise::domain::mqtt {
namespace {

constexpr char kQuestion = 'L';
constexpr std::size_t kStampLength = 10;
constexpr std::size_t kSuffixLength = 5 + kStampLength;  ///< "_0_1_" and the stamp
constexpr std::size_t kHeader = 11;
constexpr std::chrono::hours kLeeway{2};

bool is_digit(char character) { return character >= '0' && character <= '9'; }

int number_of(std::string_view digits) {
    int number = 0;
    for (const char digit : digits) number = number * 10 + (digit - '0');
    return number;
}

void put(std::string& out, std::uint32_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>((number >> shift) & 0xFFU);
}

std::uint32_t take(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint32_t number = 0;
    for (std::size_t i = at; i < at + count; ++i) number = number << 8U | static_cast<std::uint8_t>(bytes[i]);
    return number;
}

std::optional<LoginVerdict> verdict_of(char letter) {
    for (const auto verdict :
         {LoginVerdict::Refused, LoginVerdict::Device, LoginVerdict::Daemon, LoginVerdict::Unavailable}) {
        if (static_cast<char>(verdict) == letter) return verdict;
    }
    return std::nullopt;
}

}  // namespace

std::optional<ClientId> parse_client_id(std::string_view text) {
    if (text.size() <= kSuffixLength) return std::nullopt;
    const auto name = text.substr(0, text.size() - kSuffixLength);
    const auto suffix = text.substr(name.size());
    const auto stamp = suffix.substr(5);
    const bool shaped = suffix[0] == '_' && (suffix[1] == '0' || suffix[1] == '2') && suffix[2] == '_' &&
                        (suffix[3] == '0' || suffix[3] == '1') && suffix[4] == '_' &&
                        std::all_of(stamp.begin(), stamp.end(), is_digit);
    if (!shaped || !is_device_name(name)) return std::nullopt;
    return ClientId{name, suffix[3] == '1', stamp};
}

std::optional<Timestamp> parse_stamp(std::string_view stamp) {
    if (stamp.size() != kStampLength || !std::all_of(stamp.begin(), stamp.end(), is_digit)) return std::nullopt;
    using namespace std::chrono;
    const year_month_day day{year{number_of(stamp.substr(0, 4))},
                             month{static_cast<unsigned>(number_of(stamp.substr(4, 2)))},
                             std::chrono::day{static_cast<unsigned>(number_of(stamp.substr(6, 2)))}};
    const int hour = number_of(stamp.substr(8, 2));
    if (!day.ok() || hour > 23) return std::nullopt;
    return time_point_cast<Duration>(sys_days{day} + hours{hour});
}

bool is_fresh_stamp(std::string_view stamp, Timestamp now) {
    const auto hour = parse_stamp(stamp);
    return hour && std::chrono::abs(std::chrono::floor<std::chrono::hours>(now) - *hour) <= kLeeway;
}

std::optional<std::string> encode(const LoginQuestion& question) {
    std::string out{kQuestion};
    put(out, question.number, 4);
    for (const auto* text : {&question.client_id, &question.username, &question.password}) {
        if (text->size() > kLongestCredential) return std::nullopt;
        put(out, static_cast<std::uint32_t>(text->size()), 2);
    }
    return out + question.client_id + question.username + question.password;
}

std::string encode(const LoginAnswer& answer) {
    std::string out{static_cast<char>(answer.verdict)};
    put(out, answer.number, 4);
    return out;
}

DecodedQuestion decode_question(std::string_view bytes) {
    using enum DecodedQuestion::State;
    if (!bytes.empty() && bytes[0] != kQuestion) return {.state = Malformed};
    if (bytes.size() < kHeader) return {.state = Incomplete};
    std::size_t lengths[3];
    std::size_t size = kHeader;
    for (std::size_t i = 0; i < 3; ++i) {
        lengths[i] = take(bytes, 5 + 2 * i, 2);
        if (lengths[i] > kLongestCredential) return {.state = Malformed};
        size += lengths[i];
    }
    if (bytes.size() < size) return {.state = Incomplete};
    return {.state = Whole,
            .size = size,
            .question = {.number = take(bytes, 1, 4),
                         .client_id = std::string(bytes.substr(kHeader, lengths[0])),
                         .username = std::string(bytes.substr(kHeader + lengths[0], lengths[1])),
                         .password = std::string(bytes.substr(kHeader + lengths[0] + lengths[1], lengths[2]))}};
}

std::optional<LoginAnswer> decode_answer(std::string_view bytes) {
    if (bytes.size() != kAnswerSize) return std::nullopt;
    const auto verdict = verdict_of(bytes[0]);
    if (!verdict) return std::nullopt;
    return LoginAnswer{take(bytes, 1, 4), *verdict};
}

}  // namespace cellwise::domain::mqtt
