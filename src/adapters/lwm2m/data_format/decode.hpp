// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/data_format/node.hpp"

namespace cellwise::lwm2m::data_format {

/// The answer to a read of `base`, by its content format. Without one, a resource is taken for text if it looks like
/// it, and everything else for TLV (LwM2M 1.0, 6.4). Errors: InvalidInput "lwm2m.format.malformed", Unsupported
/// "lwm2m.format.unknown", TooLarge "lwm2m.format.too_large".
Result<Nodes> decode(std::optional<std::uint32_t> content_format, const Path& base, ByteView payload);

}  // namespace cellwise::lwm2m::data_format
