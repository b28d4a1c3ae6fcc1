// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <boost/container/small_vector.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// CoAP messages as values (RFC 7252, 7641, 7959). Parsing is libcoap's; nothing else of ours knows that.
namespace cellwise::lwm2m::coap {

/// Version, type, length of the token; code; message id.
inline constexpr std::size_t kHeaderSize = 4;

enum class Type : std::uint8_t { Con = 0, Non = 1, Ack = 2, Rst = 3 };

/// class.detail in one byte, as on the wire: 2.05 is 0x45.
using Code = std::uint8_t;
constexpr Code make_code(unsigned code_class, unsigned detail) {
    return static_cast<Code>((code_class << 5U) | detail);
}
namespace code {
inline constexpr Code kEmpty = 0, kGet = 1, kPost = 2, kPut = 3, kDelete = 4;
inline constexpr Code kCreated = make_code(2, 1), kDeleted = make_code(2, 2), kValid = make_code(2, 3),
                      kChanged = make_code(2, 4), kContent = make_code(2, 5), kContinue = make_code(2, 31);
inline constexpr Code kBadRequest = make_code(4, 0), kUnauthorized = make_code(4, 1), kBadOption = make_code(4, 2),
                      kForbidden = make_code(4, 3), kNotFound = make_code(4, 4), kMethodNotAllowed = make_code(4, 5),
                      kIncomplete = make_code(4, 8), kPreconditionFailed = make_code(4, 12),
                      kTooLarge = make_code(4, 13), kUnsupportedFormat = make_code(4, 15);
inline constexpr Code kInternalError = make_code(5, 0), kServiceUnavailable = make_code(5, 3);
}  // namespace code
constexpr bool is_request(Code c) { return c >= 1 && c < 0x20; }
constexpr bool is_success(Code c) { return (c >> 5U) == 2; }
constexpr bool is_response(Code c) { return (c >> 5U) >= 2; }

namespace option {
inline constexpr std::uint16_t kObserve = 6, kLocationPath = 8, kUriPath = 11, kContentFormat = 12, kUriQuery = 15,
                               kAccept = 17, kBlock2 = 23, kBlock1 = 27;
}
namespace format {
inline constexpr std::uint16_t kText = 0, kLink = 40, kOctetStream = 42, kSenmlJson = 110, kSenmlCbor = 112,
                               kTlv = 11542, kJson = 11543;
}

struct Token {
    std::array<std::uint8_t, 8> bytes{};
    std::uint8_t length = 0;  ///< 0..8

    ByteView view() const { return {bytes.data(), length}; }
    friend bool operator==(const Token&, const Token&) = default;
};

/// Nearly all are a few bytes long: those lie in the option itself.
using OptionValue = boost::container::small_vector<std::uint8_t, 8>;

struct Option {
    std::uint16_t number = 0;
    OptionValue value{};
    friend bool operator==(const Option&, const Option&) = default;
};

/// What devices report has two, a downlink four.
using Options = boost::container::small_vector<Option, 4>;

struct Message {
    Type type = Type::Con;
    Code code = code::kEmpty;
    std::uint16_t id = 0;
    Token token{};
    Options options{};  ///< in order of number; encode() sorts (stable)
    Bytes payload{};

    std::vector<std::string> texts(std::uint16_t number) const;          ///< every option of that number, as text
    std::optional<std::uint32_t> number_of(std::uint16_t number) const;  ///< the first one, as uint (0..4 bytes)
    const Option* find(std::uint16_t number) const;                      ///< the first one, or null
    Message& add(std::uint16_t number, std::string_view text);
    Message& add_uint(std::uint16_t number, std::uint32_t value);  ///< shortest form, RFC 7252 3.2
    Message& set_uint(std::uint16_t number, std::uint32_t value);  ///< in the place of every option of that number
    void remove(std::uint16_t number);

    friend bool operator==(const Message&, const Message&) = default;
};

/// The message in a datagram. Nothing for whatever is not well-formed CoAP 1 (RFC 7252, 3): wrong version, token
/// length 9..15, an option that overruns, a payload marker without payload, an empty message that is not 4 bytes
/// long. Nor for an option that RFC 7252, 5.10 names with a length it does not allow (libcoap counts an empty
/// Uri-Query among them). Reserved code classes pass. Callable from any thread.
std::optional<Message> parse(ByteView datagram);
/// Of an empty message the header alone: it has nothing else. At most 8 bytes of token, 65,804 of an option.
Bytes encode(const Message& message);
void encode_to(const Message& message, Bytes& out);  ///< replaces `out`, whose capacity it uses again
/// The same by another token than the message's.
void encode_to(const Message& message, const Token& token, Bytes& out);

}  // namespace cellwise::lwm2m::coap
