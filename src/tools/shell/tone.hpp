// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cellwise::shell {

enum class Tone { Plain, Strong, Good, Bad, Faint };
enum class Colour { Off, On };

/// The text in that tone (ANSI), or as it is.
std::string toned(std::string_view text, Tone tone, Colour colour);

}  // namespace cellwise::shell
