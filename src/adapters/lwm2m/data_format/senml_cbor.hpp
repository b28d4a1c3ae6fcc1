// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/data_format/node.hpp"

namespace cellwise::lwm2m::data_format {

/// SenML CBOR (RFC 8428, 6; LwM2M 1.1, 7.4.5), content format 112.
Result<Nodes> decode_senml_cbor(const Path& base, ByteView payload);

}  // namespace cellwise::lwm2m::data_format
