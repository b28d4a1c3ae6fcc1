// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tools/sim/plan.hpp"

#include "cellwise/base/result.hpp"
#include "cellwise/base/time.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <utility>

/// What the command lines of all protocols have in common: kinds of options, and the reading of their words.
namespace cellwise::sim {

Duration from_seconds(double seconds);

/// CLI11's range without its words, which the help would repeat at every option.
CLI::Validator within(double least, double most);
void add_seconds(CLI::App& app, const std::string& name, Duration& into, const std::string& what);
void add_share(CLI::App& app, const std::string& name, double& into, const std::string& what);

/// Keeps the first error.
template <class T>
void take(Result<T> parsed, T& into, std::optional<Error>& first) {
    if (parsed) {
        into = std::move(*parsed);
    } else if (!first) {
        first = parsed.error();
    }
}

/// 1 to 16 printable ASCII characters, as they are.
Result<std::string> parse_version(const std::string& option, const std::string& text);
/// Lower case, 64 digits.
Result<std::string> parse_sha256(const std::string& text);
Result<CoverageProfile> parse_profile(const std::string& text);

/// The options of a fleet that are read further when all are there: FleetPlan's and, of each protocol by itself, its
/// mixes, its versions and what its devices must assemble.
struct FleetWords {
    std::string cells = "1";
    std::optional<std::uint32_t> devices{};
    std::string profile = "mixed";
    std::string dialects = "standard";
    std::string faults = "none";
    std::string from_version = "V1.0";
    std::string target_version{};
    std::string sha256{};
};
/// `prefix` stands before the name of each.
void add_fleet_options(CLI::App& app, FleetPlan& plan, FleetWords& words, const std::string& prefix);
/// Also checks the versions and the SHA-256, of which each protocol keeps its own.
void read_fleet_words(FleetWords& words, FleetPlan& plan, std::optional<Error>& first);

/// With blanks up to the width, two at least.
std::string padded(std::string text, std::size_t width);

}  // namespace cellwise::sim
