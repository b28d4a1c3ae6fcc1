// SPDX-License-Identifier: Apache-2.0
#include "adapters/codec/json_command_codec.hpp"
#include "adapters/lwm2m/coap/message.hpp"
#include "adapters/lwm2m/data_format/decode.hpp"
#include "adapters/lwm2m/registration_query.hpp"
#include "targets.hpp"

#include "cellwise/domain/pcp.hpp"

#include <array>
#include <string>

namespace cellwise::fuzz {

void fuzz_pcp_frame(ByteView input) {
    const auto frame = domain::pcp::find_frame(input);
    if (!frame) return;
    CELLWISE_ASSERT(frame->body.size() + domain::pcp::kHeaderSize == input.size());
    const auto reads_back = [&](const auto& message, auto decode) {
        const auto bytes = domain::pcp::encode(message);
        const auto again = domain::pcp::find_frame(bytes);
        CELLWISE_ASSERT(again && decode(*again) == message);
    };
    if (const auto said = domain::pcp::decode_device_message(*frame)) {
        reads_back(*said, [](const auto& again) { return *domain::pcp::decode_device_message(again); });
    }
    if (const auto said = domain::pcp::decode_platform_message(*frame)) {
        reads_back(*said, [](const auto& again) { return *domain::pcp::decode_platform_message(again); });
    }
}

void fuzz_coap_message(ByteView input) {
    const auto message = lwm2m::coap::parse(input);
    if (!message) return;
    (void)lwm2m::parse_registration_query(*message);
    const auto again = lwm2m::coap::parse(lwm2m::coap::encode(*message));
    CELLWISE_ASSERT(again && *again == *message);
}

void fuzz_lwm2m_data(ByteView input) {
    namespace format = lwm2m::coap::format;
    constexpr std::array<std::optional<std::uint32_t>, 8> kFormats{
        std::nullopt,       format::kText, format::kOctetStream, format::kSenmlJson,
        format::kSenmlCbor, format::kTlv,  format::kJson,        65'000};
    if (input.empty()) return;
    const auto chosen = kFormats[input.front() % kFormats.size()];
    (void)lwm2m::data_format::decode(chosen, {4, 0}, input.subspan(1));
    (void)lwm2m::data_format::decode(chosen, {4, 0, 2}, input.subspan(1));
}

void fuzz_command_answer(ByteView input) {
    const codec::JsonCommandCodec codec;
    const auto answer = codec.find_answer(input);
    if (!answer) return;
    CELLWISE_ASSERT(answer->mid != 0);
    if (answer->result.empty()) return;
    // What it hands on is an object, and says the same when it is read again.
    const auto again = R"({"mid":1,"errcode":0,"body":)" + answer->result + "}";
    const auto read_back = codec.find_answer(as_bytes(again));
    CELLWISE_ASSERT(!read_back || read_back->result == answer->result);
}

}  // namespace cellwise::fuzz
