// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/config.hpp"

#include "cellwise/base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cellwise::daemon {

/// What the command line asks for.
struct CommandLine {
    std::optional<std::string> config_file{};
    std::vector<std::string> sets{};  ///< "section.key=value"
    bool check_config = false;
    bool print_config = false;
};

/// What parsing came to: go on with `command`, or leave with `exit_code` (help, version, misuse) after it was said.
struct ParsedCommandLine {
    CommandLine command{};
    std::optional<int> exit_code{};
};
ParsedCommandLine parse_command_line(int argc, const char* const* argv);

/// The file's settings, then those of the environment ("CELLWISE_…=value" strings), then those of --set, laid over
/// the defaults. Without --config, /etc/cellwise/cellwised.toml is read if it is there.
Result<Config> load_config(const CommandLine& command, const std::vector<std::string>& environment);

}  // namespace cellwise::daemon
