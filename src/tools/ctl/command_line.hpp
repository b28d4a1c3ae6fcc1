// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_table.hpp"
#include "tools/ctl/settings.hpp"

#include <string>
#include <variant>

namespace cellwise::ctl {

/// A text for standard output: help or version.
struct ShowText {
    std::string text;
};
/// A command line that means nothing: why, for standard error.
struct WrongUsage {
    std::string text;
};
struct Command {
    const Verb* verb = nullptr;
    Arguments arguments{};
    Wishes wishes{};
    std::string idempotency_key{};
    bool json = false;
    bool no_color = false;
};
using CommandLine = std::variant<Command, ShowText, WrongUsage>;

CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace cellwise::ctl
