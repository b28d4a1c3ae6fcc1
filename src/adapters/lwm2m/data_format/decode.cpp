// SPDX-License-Identifier: Apache-2.0
#include "adapters/lwm2m/data_format/decode.hpp"

#include "adapters/lwm2m/coap/message.hpp"
#include "adapters/lwm2m/data_format/json.hpp"
#include "adapters/lwm2m/data_format/senml_cbor.hpp"
#include "adapters/lwm2m/data_format/tlv.hpp"

#include <algorithm>

namespace cellwise::lwm2m::data_format {
namespace {

namespace format = coap::format;

// What clients from before LwM2M 1.0 still send.
constexpr std::uint32_t kOldText = 1541, kOldTlv = 1542, kOldJson = 1543;
constexpr std::size_t kResourceDepth = 3;

bool looks_like_text(ByteView payload) {
    return std::all_of(payload.begin(), payload.end(), [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
}

std::uint32_t guess_format(const Path& base, ByteView payload) {
    return base.depth() >= kResourceDepth && looks_like_text(payload) ? format::kText : format::kTlv;
}

}  // namespace

Result<Nodes> decode(std::optional<std::uint32_t> content_format, const Path& base, ByteView payload) {
    if (payload.size() > kMaxPayload) {
        return Error{ErrorKind::TooLarge, "lwm2m.format.too_large", "at most 16384 bytes", "payload",
                     std::to_string(payload.size())};
    }
    switch (const auto chosen = content_format.value_or(guess_format(base, payload)); chosen) {
        case format::kText:
        case kOldText:
            return Nodes{{base, std::string(as_text(payload))}};
        case format::kOctetStream:
            return Nodes{{base, Bytes(payload.begin(), payload.end())}};
        case format::kTlv:
        case kOldTlv:
            return decode_tlv(base, payload);
        case format::kJson:
        case kOldJson:
            return decode_lwm2m_json(base, payload);
        case format::kSenmlJson:
            return decode_senml_json(base, payload);
        case format::kSenmlCbor:
            return decode_senml_cbor(base, payload);
        default:
            return Error{ErrorKind::Unsupported, "lwm2m.format.unknown", "no format that LwM2M knows",
                         "content-format", std::to_string(chosen)};
    }
}

}  // namespace cellwise::lwm2m::data_format
