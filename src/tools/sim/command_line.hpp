// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/plan.hpp"

#include <string>

namespace cellwise::sim {

/// What the command line asks for.
struct Command {
    enum class What {
        Run,
        ListCsv,
        ListNdjson,
        Help,  ///< `text` to standard output, exit 0
        Wrong  ///< `text` to standard error, exit 2
    };
    What what = What::Run;
    Plan plan{};
    std::string json_file{};  ///< empty: none
    std::string text{};
};

Command parse_command_line(int argc, const char* const* argv);

}  // namespace cellwise::sim
