// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/lwm2m/data_format/node.hpp"

namespace cellwise::lwm2m::data_format {

/// The path that base name and name give together (RFC 8428, 4.5.1), relative to the path that was read when neither
/// is absolute. Some devices leave out the slash between the two.
std::optional<Path> resolve_name(const Path& base, std::string_view base_name, std::string_view name);

/// Appends unless there are too many.
Status append_node(Nodes& nodes, const Path& path, Value value);

}  // namespace cellwise::lwm2m::data_format
