// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"
#include "cellwise/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// How a device logs in at a broker, and how the broker's plugin asks the daemon about it. docs/mqtt.md has both.
namespace cellwise::domain::mqtt {

/// `{name}_{0|2}_{0|1}_{YYYYMMDDHH}`, taken apart from the right, since names contain '_'.
struct ClientId {
    std::string_view name{};
    bool stamp_is_time = false;  ///< sign type 1; with 0 the stamp is a key of any age
    std::string_view stamp{};    ///< ten digits: the key of the password's HMAC
    friend bool operator==(const ClientId&, const ClientId&) = default;
};
/// Nothing for any other text; the name has passed is_device_name.
std::optional<ClientId> parse_client_id(std::string_view text);

/// The hour that a stamp names, UTC. Nothing when there is no such hour.
std::optional<Timestamp> parse_stamp(std::string_view stamp);
/// Within two hours of `now`, counted in whole hours: a device stamps the hour that has begun.
bool is_fresh_stamp(std::string_view stamp, Timestamp now);

/// What the plugin asks: may this client come in?
struct LoginQuestion {
    std::uint32_t number = 0;  ///< comes back with the answer, so that one that is late is known as such
    std::string client_id{};
    std::string username{};
    std::string password{};
    friend bool operator==(const LoginQuestion&, const LoginQuestion&) = default;
};
enum class LoginVerdict : std::uint8_t {
    Refused = 'R',
    Device = 'A',       ///< with the rights of a device
    Daemon = 'D',       ///< the daemon itself
    Unavailable = 'U',  ///< nobody can say just now
};
struct LoginAnswer {
    std::uint32_t number = 0;
    LoginVerdict verdict = LoginVerdict::Refused;
    friend bool operator==(const LoginAnswer&, const LoginAnswer&) = default;
};

inline constexpr std::size_t kLongestCredential = 512;  ///< of each of the three
inline constexpr std::size_t kLongestQuestion = 11 + 3 * kLongestCredential;
inline constexpr std::size_t kAnswerSize = 5;

/// 'L', the number, the three lengths (all big-endian, 4 and 2 bytes), the three texts. Nothing when one of them is
/// too long: no right login is.
std::optional<std::string> encode(const LoginQuestion& question);
std::string encode(const LoginAnswer& answer);

/// What stands at the beginning of `bytes`.
struct DecodedQuestion {
    enum class State { Whole, Incomplete, Malformed } state = State::Incomplete;
    std::size_t size = 0;  ///< bytes taken, when whole
    LoginQuestion question{};
};
DecodedQuestion decode_question(std::string_view bytes);
/// Nothing unless it is exactly one.
std::optional<LoginAnswer> decode_answer(std::string_view bytes);

}  // namespace cellwise::domain::mqtt
