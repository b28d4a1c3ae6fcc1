// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cellwise {

/// RFC 4648, section 4, padded, in one line.
std::string to_base64(ByteView bytes);
/// Only what to_base64 would write: no white space, no missing padding, no spare bits set. Else nothing.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace cellwise
