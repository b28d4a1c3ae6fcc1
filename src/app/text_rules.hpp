// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"

#include <cstddef>
#include <string_view>

namespace cellwise::app {

/// How many characters a text may have.
struct Length {
    std::size_t least = 0;
    std::size_t most = 0;
};

/// What people enter as a name: UTF-8 of that many characters, no control characters, no blank at either end (names
/// are compared byte by byte, and nobody sees the blank that makes two of them differ). Error: InvalidInput
/// "text.invalid" with the field and the value.
Status check_text(std::string_view field, std::string_view value, Length length);

}  // namespace cellwise::app
