// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/words.hpp"

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

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size() + 2, width), ' ');
    return text;
}

}  // namespace cellwise::sim
