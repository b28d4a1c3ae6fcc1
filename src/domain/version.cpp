// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/version.hpp"

#include <algorithm>

namespace cellwise::domain {

std::optional<Version> Version::parse(std::string_view text) {
    const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (text.empty() || text.size() > kMaxLength || !std::all_of(text.begin(), text.end(), is_printable)) {
        return std::nullopt;
    }
    return from_wire(as_bytes(text));
}

Version Version::from_wire(ByteView bytes) {
    const auto field = bytes.first(std::min(bytes.size(), kMaxLength));
    Version version;
    std::copy(field.begin(), std::find(field.begin(), field.end(), std::uint8_t{0}), version.bytes_.begin());
    return version;
}

std::string_view Version::raw() const {
    const auto end = std::find(bytes_.begin(), bytes_.end(), std::uint8_t{0});
    return as_text(ByteView{bytes_.begin(), end});
}

}  // namespace cellwise::domain
