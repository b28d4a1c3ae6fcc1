// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cellwise::download {

/// What a request wants of a file.
struct ByteRange {
    enum class Kind {
        Whole,  ///< all of it: there is no Range, or one that a server may pass over (RFC 9110, 14.2)
        Part,
        None  ///< a Range that no byte of the file is in: 416
    };
    Kind kind = Kind::Whole;
    std::uint64_t first = 0;  ///< from 0, whatever the device counts from
    std::uint64_t count = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// From which number on a device counts the bytes of a file. HTTP says Zero; one make says otherwise.
enum class CountsFrom : std::uint64_t { Zero = 0, One = 1 };

/// Reads the field Range for a file of `size` bytes. A single range of bytes, also of the last ones ("bytes=-500"); a
/// list, another unit and what is malformed mean the whole.
ByteRange parse_range(std::optional<std::string_view> field, std::uint64_t size, CountsFrom from);

/// "bytes 0-499/1234" of a part, as the device counts; "bytes */1234" where there is none.
std::string content_range(const ByteRange& range, std::uint64_t size, CountsFrom from);

}  // namespace cellwise::download
