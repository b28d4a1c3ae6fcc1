// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/ctl/command_line.hpp"
#include "tools/ctl/output.hpp"

#include "cellwise/base/time.hpp"

#include <functional>

namespace cellwise::ctl {

/// What a command needs of the machine, so that a test can turn the clock.
struct Machine {
    Environment environment;
    std::function<bool(Duration)> wait;  ///< sleeps; false if somebody asked to end meanwhile
    std::function<Duration()> elapsed;   ///< by a clock that is never set
};

/// From the settings to the last word about what failed.
ExitCode run_command(const Command& command, Output& output, const Machine& machine);

}  // namespace cellwise::ctl
