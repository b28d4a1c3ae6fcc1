// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/command_codec.hpp"

namespace cellwise::codec {

/// For products without a codec of their own (docs/northbound.md, Commands): compact JSON, or the bytes themselves
/// where the application server gives bytes.
class JsonCommandCodec final : public ports::CommandCodec {
 public:
    /// {"mid":7,"serviceId":"…","method":"…","paras":{…}}; of the only parameter "rawData" (base64) or "hex" its
    /// bytes.
    Result<Bytes> encode(const domain::CommandContent& content, std::uint16_t mid) const override;
    /// A JSON object with "mid" and "errcode", 0 for success, and perhaps an object "body".
    std::optional<ports::CommandAnswer> find_answer(ByteView uplink) const override;
};

}  // namespace cellwise::codec
