// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sign/commands.hpp"

#include <string>
#include <variant>

namespace cellwise::sign {

/// A text for standard output: help or version.
struct ShowText {
    std::string text;
};
/// A command line that means nothing: why, for standard error.
struct WrongUsage {
    std::string text;
};

using Command =
    std::variant<KeygenOptions, PackOptions, SignOptions, VerifyOptions, InspectOptions, ShowText, WrongUsage>;

struct CommandLine {
    Command command{};
    Format format = Format::Words;
};
CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace cellwise::sign
