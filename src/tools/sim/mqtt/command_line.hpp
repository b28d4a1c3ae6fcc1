// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/mqtt/plan.hpp"
#include "tools/sim/words.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace cellwise::sim::mqtt {

/// What CLI11 fills in before it is read any further.
struct Words : FleetWords {
    std::string broker = "mqtt://127.0.0.1:1883";
    std::string names_file{};
    std::string radio{};
};

/// The options of the MQTT devices; in a mixed run they bear the prefix "mqtt-" where the LwM2M devices have some of
/// the same name. What a run has once (seed, time scale, …) is not among them.
void add_options(CLI::App& app, Plan& plan, Words& words, const std::string& prefix);

/// Errors: InvalidInput with the option as field.
std::optional<Error> read_words(Words& words, Plan& plan);

std::string dialect_help();
std::string fault_help();

}  // namespace cellwise::sim::mqtt
