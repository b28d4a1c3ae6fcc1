// SPDX-License-Identifier: Apache-2.0
#include "tools/shell/tone.hpp"

#include <cstddef>

namespace cellwise::shell {

std::string toned(std::string_view text, Tone tone, Colour colour) {
    if (colour == Colour::Off || tone == Tone::Plain) return std::string(text);
    constexpr std::string_view kCodes[] = {"", "\x1b[1m", "\x1b[32m", "\x1b[1;31m", "\x1b[2m"};
    std::string out(kCodes[static_cast<std::size_t>(tone)]);
    out += text;
    return out + "\x1b[0m";
}

}  // namespace cellwise::shell
