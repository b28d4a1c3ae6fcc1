// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/plan.hpp"
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
    enum class Devices { LwM2m, Mqtt, Both };
    What what = What::Run;
    Devices devices = Devices::LwM2m;
    Plan plan{};  ///< of the LwM2M devices; also where what a run has once stands (seed, limits, when to stop, …)
    mqtt::Plan mqtt{};
    std::string json_file{};  ///< empty: none
    std::string text{};

    bool has_lwm2m() const { return devices != Devices::Mqtt; }
    bool has_mqtt() const { return devices != Devices::LwM2m; }
};

Command parse_command_line(int argc, const char* const* argv);

}  // namespace cellwise::sim
