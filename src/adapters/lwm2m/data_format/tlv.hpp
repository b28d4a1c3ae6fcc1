// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/data_format/node.hpp"

namespace cellwise::lwm2m::data_format {

/// OMA-TLV (OMA-TS-LightweightM2M 1.0, 6.4.3), content format 11542. `base` is the path that was read, one to three
/// ids deep. Values come as Bytes.
Result<Nodes> decode_tlv(const Path& base, ByteView payload);

}  // namespace cellwise::lwm2m::data_format
