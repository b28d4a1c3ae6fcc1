// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cellwise {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hex, two digits a byte.
std::string to_hex(ByteView bytes);
/// Either case; an odd length or a foreign character gives false and leaves `out` unspecified.
bool from_hex(std::string_view hex, Bytes& out);

/// A to Z as a to z, everything else as it is, whatever the locale.
constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Printable ASCII as it is, everything else as \xNN: what a device wrote, made safe for logs, JSON and terminals.
std::string printable(std::string_view hostile);

}  // namespace cellwise
