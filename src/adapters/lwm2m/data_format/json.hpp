// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/data_format/node.hpp"

namespace cellwise::lwm2m::data_format {

/// LwM2M JSON (OMA-TS-LightweightM2M 1.0, 6.4.4), content format 11543.
Result<Nodes> decode_lwm2m_json(const Path& base, ByteView payload);

/// SenML JSON (RFC 8428; LwM2M 1.1, 7.4.4), content format 110.
Result<Nodes> decode_senml_json(const Path& base, ByteView payload);

}  // namespace cellwise::lwm2m::data_format
