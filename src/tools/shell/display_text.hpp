// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text from outside on a terminal. Names and versions are whatever somebody wrote: a terminal must neither obey
/// them nor be misled by them, and columns must stand under each other all the same.
namespace cellwise::shell {

/// Letters of every script as they are. What is no UTF-8 becomes \xNN; control characters, those that turn the
/// direction of writing and those that nobody sees become \n, \t, \xNN or \u{N}; a backslash stays one.
std::string escaped(std::string_view hostile);

/// Places that the text takes on a terminal: two for a wide character (CJK, most emoji), none for an accent that
/// stands over the letter before. For text that is escaped already.
std::size_t display_width(std::string_view text);

/// The text, or as much of its beginning as fits into `width` places together with an ellipsis.
std::string fitted(std::string_view text, std::size_t width);

}  // namespace cellwise::shell
