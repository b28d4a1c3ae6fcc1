// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace cellwise::domain {

/// A software version as PCP carries it: 16 bytes, right-padded with 00, without terminator when all 16 are used.
/// Two versions are the same when all 16 bytes are: "1.1.1" is not "1.1.10". What a device reports may be any bytes,
/// also none at all; only text() is fit for people.
class Version {
 public:
    static constexpr std::size_t kMaxLength = 16;

    Version() = default;

    /// A version that we would send: 1..16 printable ASCII characters. Anything else: nothing.
    static std::optional<Version> parse(std::string_view text);
    /// What a device said, whatever it is: bytes past the first 00 are dropped, bytes past the 16th too.
    static Version from_wire(ByteView bytes);

    const std::array<std::uint8_t, kMaxLength>& wire() const { return bytes_; }
    bool empty() const { return bytes_[0] == 0; }
    /// The bytes before the padding, unescaped: for storing and comparing only.
    std::string_view raw() const;
    /// The version with everything unprintable as \xNN.
    std::string text() const { return printable(raw()); }

    friend bool operator==(const Version&, const Version&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Version& v) { return out << '"' << v.text() << '"'; }

 private:
    std::array<std::uint8_t, kMaxLength> bytes_{};
};

}  // namespace cellwise::domain
