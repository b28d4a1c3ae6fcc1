// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/coap/message.hpp"

#include "cellwise/base/assert.hpp"

#include <coap3/coap.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace cellwise::lwm2m::coap {
namespace {

constexpr std::uint8_t kPayloadMarker = 0xFF;
constexpr std::size_t kMaxDatagram = 65'535;

struct PduDeleter {
    void operator()(coap_pdu_t* pdu) const { coap_delete_pdu(pdu); }
};
using Pdu = std::unique_ptr<coap_pdu_t, PduDeleter>;

Pdu make_pdu() {
    // libcoap writes a line for every option of a wrong length: how many would be a stranger's choice.
    coap_set_log_level(LOG_ERR);
    return Pdu(coap_pdu_init(COAP_MESSAGE_CON, COAP_EMPTY_CODE, 0, kMaxDatagram));
}

/// coap_pdu_parse() sets every field it fills anew, so one pdu serves all datagrams of a thread.
coap_pdu_t& scratch_pdu() {
    static thread_local const Pdu pdu = make_pdu();
    CELLWISE_ASSERT(pdu != nullptr);
    return *pdu;
}

/// libcoap 4.3.1 adds the second byte of an extended delta without looking for the overflow of its 16 bits: the
/// option would come out under a small number.
bool delta_overflows(const coap_opt_t* option) {
    constexpr unsigned kTwoByteDelta = 14, kTwoByteOffset = 269;
    if ((option[0] >> 4U) != kTwoByteDelta) return false;
    const unsigned delta = ((static_cast<unsigned>(option[1]) << 8U) | option[2]) + kTwoByteOffset;
    return delta > std::numeric_limits<std::uint16_t>::max();
}

bool copy_options(const coap_pdu_t& pdu, Options& out) {
    coap_opt_iterator_t each;
    if (coap_option_iterator_init(&pdu, &each, COAP_OPT_ALL) == nullptr) return true;
    while (const coap_opt_t* option = coap_option_next(&each)) {
        if (delta_overflows(option)) return false;
        const std::uint8_t* value = coap_opt_value(option);
        out.push_back({.number = each.number, .value = OptionValue(value, value + coap_opt_length(option))});
    }
    return true;
}

void append_big_endian(std::size_t value, Bytes& out) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U));
    out.push_back(static_cast<std::uint8_t>(value));
}

/// A delta or a length: its nibble, and what follows the option's first byte (RFC 7252, 3.1).
std::uint8_t nibble_of(std::size_t value) {
    return static_cast<std::uint8_t>(value < 13 ? value : value < 269 ? 13 : 14);
}
void append_extension(std::size_t value, Bytes& out) {
    if (value >= 269) {
        append_big_endian(value - 269, out);
    } else if (value >= 13) {
        out.push_back(static_cast<std::uint8_t>(value - 13));
    }
}

void append_option(std::uint16_t previous, const Option& option, Bytes& out) {
    constexpr std::size_t kLongest = 65'535 + 269;
    const std::size_t delta = option.number - previous, length = option.value.size();
    CELLWISE_ASSERT(length <= kLongest);
    out.push_back(static_cast<std::uint8_t>((nibble_of(delta) << 4U) | nibble_of(length)));
    append_extension(delta, out);
    append_extension(length, out);
    out.insert(out.end(), option.value.begin(), option.value.end());
}

bool by_number(const Option* a, const Option* b) { return a->number < b->number; }

void append_options(const Options& options, Bytes& out) {
    std::uint16_t previous = 0;
    const auto append = [&previous, &out](const Option& option) {
        append_option(previous, option, out);
        previous = option.number;
    };
    const auto ascending = [](const Option& a, const Option& b) { return a.number < b.number; };
    if (std::is_sorted(options.begin(), options.end(), ascending)) {
        for (const Option& option : options) append(option);
        return;
    }
    std::vector<const Option*> sorted;
    for (const Option& option : options) sorted.push_back(&option);
    std::stable_sort(sorted.begin(), sorted.end(), by_number);
    for (const Option* option : sorted) append(*option);
}

}  // namespace

const Option* Message::find(std::uint16_t number) const {
    const auto found = std::find_if(options.begin(), options.end(),
                                    [number](const Option& option) { return option.number == number; });
    return found == options.end() ? nullptr : &*found;
}

std::vector<std::string> Message::texts(std::uint16_t number) const {
    std::vector<std::string> found;
    for (const Option& option : options) {
        if (option.number == number) found.emplace_back(as_text(option.value));
    }
    return found;
}

std::optional<std::uint32_t> Message::number_of(std::uint16_t number) const {
    const Option* option = find(number);
    if (option == nullptr || option->value.size() > sizeof(std::uint32_t)) return std::nullopt;
    std::uint32_t value = 0;
    for (const std::uint8_t byte : option->value) value = (value << 8U) | byte;
    return value;
}

Message& Message::add(std::uint16_t number, std::string_view text) {
    const ByteView value = as_bytes(text);
    options.push_back({.number = number, .value = OptionValue(value.begin(), value.end())});
    return *this;
}

Message& Message::add_uint(std::uint16_t number, std::uint32_t value) {
    OptionValue shortest;
    for (unsigned shift = 32; shift > 0;) {
        shift -= 8;
        const auto byte = static_cast<std::uint8_t>(value >> shift);
        if (byte != 0 || !shortest.empty()) shortest.push_back(byte);
    }
    options.push_back({.number = number, .value = std::move(shortest)});
    return *this;
}

Message& Message::set_uint(std::uint16_t number, std::uint32_t value) {
    remove(number);
    return add_uint(number, value);
}

void Message::remove(std::uint16_t number) {
    const auto kept = std::remove_if(options.begin(), options.end(),
                                     [number](const Option& option) { return option.number == number; });
    options.erase(kept, options.end());
}

std::optional<Message> parse(ByteView datagram) {
    if (datagram.size() < kHeaderSize || datagram.size() > kMaxDatagram) return std::nullopt;
    coap_pdu_t& pdu = scratch_pdu();
    if (coap_pdu_parse(COAP_PROTO_UDP, datagram.data(), datagram.size(), &pdu) == 0) return std::nullopt;

    std::optional<Message> message(std::in_place);
    message->type = static_cast<Type>(coap_pdu_get_type(&pdu));
    message->code = static_cast<Code>(coap_pdu_get_code(&pdu));
    message->id = static_cast<std::uint16_t>(coap_pdu_get_mid(&pdu));
    const coap_bin_const_t token = coap_pdu_get_token(&pdu);
    message->token.length = static_cast<std::uint8_t>(token.length);
    std::copy_n(token.s, token.length, message->token.bytes.begin());
    if (!copy_options(pdu, message->options)) return std::nullopt;
    std::size_t size = 0;
    const std::uint8_t* payload = nullptr;
    if (coap_get_data(&pdu, &size, &payload) != 0) message->payload.assign(payload, payload + size);
    return message;
}

void encode_to(const Message& message, Bytes& out) { encode_to(message, message.token, out); }

void encode_to(const Message& message, const Token& token, Bytes& out) {
    CELLWISE_ASSERT(token.length <= token.bytes.size());
    const bool empty = message.code == code::kEmpty;
    const unsigned token_length = empty ? 0 : token.length;
    out.clear();
    if (!empty) out.reserve(64 + message.payload.size());
    out.push_back(static_cast<std::uint8_t>(0x40U | (static_cast<unsigned>(message.type) << 4U) | token_length));
    out.push_back(message.code);
    append_big_endian(message.id, out);
    if (empty) return;
    const ByteView token_bytes = token.view();
    out.insert(out.end(), token_bytes.begin(), token_bytes.end());
    append_options(message.options, out);
    if (message.payload.empty()) return;
    out.push_back(kPayloadMarker);
    out.insert(out.end(), message.payload.begin(), message.payload.end());
}

Bytes encode(const Message& message) {
    Bytes out;
    encode_to(message, out);
    return out;
}

}  // namespace cellwise::lwm2m::coap
