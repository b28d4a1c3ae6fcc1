// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/log.hpp"
#include "cellwise/base/time.hpp"

#include <string>

namespace cellwise::system {

/// One line without its newline: `2026-01-31T08:15:00.042Z info job started job=5f… device="a b"`. Whatever stands in
/// a field, the line stays one line of printable ASCII.
std::string format_text(Timestamp at, log::Level level, std::string_view message, log::Fields fields);

/// The same as a JSON object: time, level, message, then the fields, all strings. Bytes that are no UTF-8 become
/// U+FFFD.
std::string format_json(Timestamp at, log::Level level, std::string_view message, log::Fields fields);

}  // namespace cellwise::system
