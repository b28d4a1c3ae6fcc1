// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/words.hpp"

#include "tools/sim/plan_text.hpp"

#include "cellwise/base/bytes.hpp"
#include "cellwise/domain/version.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace cellwise::sim {

Duration from_seconds(double seconds) { return Duration{static_cast<Duration::rep>(std::llround(seconds * 1'000))}; }

CLI::Validator within(double least, double most) { return CLI::Range(least, most).description(""); }

void add_seconds(CLI::App& app, const std::string& name, Duration& into, const std::string& what) {
    std::ostringstream standard;
    standard << static_cast<double>(into.count()) / 1'000;
    app.add_option_function<double>(
           name, [&into](double seconds) { into = from_seconds(seconds); }, what)
        ->check(within(0.0, 1e7))
        ->type_name("SECONDS")
        ->default_str(standard.str());
}

void add_share(CLI::App& app, const std::string& name, double& into, const std::string& what) {
    app.add_option(name, into, what)->check(within(0.0, 1.0))->type_name("0..1")->default_str("0");
}

Result<std::string> parse_version(const std::string& option, const std::string& text) {
    if (!domain::Version::parse(text))
        return invalid("sim.version.malformed", option, "a version has 1 to 16 printable ASCII characters", text);
    return text;
}

Result<std::string> parse_sha256(const std::string& text) {
    Bytes digest;
    if (text.size() != 64 || !from_hex(text, digest)) {
        return invalid("sim.sha256.malformed", "expect-sha256", "a SHA-256 has 64 hexadecimal digits", text);
    }
    return to_hex(digest);
}

Result<CoverageProfile> parse_profile(const std::string& text) {
    const auto profile = parse_coverage_profile(text);
    if (!profile) return invalid("sim.profile.unknown", "profile", "a profile is good, middling, bad or mixed", text);
    return *profile;
}

void add_fleet_options(CLI::App& app, FleetPlan& plan, FleetWords& words, const std::string& prefix) {
    const auto named = [&prefix](const char* name) { return "--" + prefix + name; };
    app.add_option(named("devices"), words.devices, "how many devices (default: as the cells say)")->type_name("N");
    app.add_option(named("cells"), words.cells, "how many cells, or CELL:DEVICES[:PROFILE],…")->capture_default_str();
    app.add_option(named("profile"), words.profile, "coverage: good, middling, bad or mixed")->capture_default_str();
    app.add_option(named("node-prefix"), plan.node_prefix, "the node id before its 8 digits")->capture_default_str();
    app.add_option(named("first-index"), plan.first_index, "the first device's 8 digits")->capture_default_str();
    add_share(app, named("no-cell"), plan.oddities.without_cell, "share of devices that do not report a cell");
    add_share(app, named("no-rsrp"), plan.oddities.without_rsrp, "share that does not report RSRP");
    add_share(app, named("no-sinr"), plan.oddities.without_sinr, "share that does not report SINR");
    app.add_option(named("dialects"), words.dialects, "TRAIT+TRAIT:WEIGHT,… or all (--help-dialects)")
        ->capture_default_str();
    app.add_option(named("faults"), words.faults, "FAULT:WEIGHT,… or all (--help-faults)")->capture_default_str();
    app.add_option(named("fault-attempts"), plan.fault_attempts,
                   "a reported fault happens so often, then not; 0: always")
        ->capture_default_str();
    app.add_option(named("from-version"), words.from_version, "what the devices run")->capture_default_str();
    app.add_option(named("target-version"), words.target_version,
                   "what they are to run (default: as the notice says)")
        ->type_name("VERSION");
    app.add_option(named("expect-sha256"), words.sha256, "of the file that every device must get")->type_name("HEX");
}

void read_fleet_words(FleetWords& words, FleetPlan& plan, std::optional<Error>& first) {
    take(parse_cells(words.cells, words.devices), plan.cells, first);
    take(parse_profile(words.profile), plan.profile, first);
    take(parse_version("from-version", words.from_version), words.from_version, first);
    if (!words.target_version.empty())
        take(parse_version("target-version", words.target_version), words.target_version, first);
    if (!words.sha256.empty()) take(parse_sha256(words.sha256), words.sha256, first);
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size() + 2, width), ' ');
    return text;
}

}  // namespace cellwise::sim
