// SPDX-License-Identifier: Apache-2.0
#include "tools/sim/fleet_report.hpp"

#include <algorithm>

namespace cellwise::sim {

std::string_view to_string(StopReason reason) {
    switch (reason) {
        case StopReason::AllDone:
            return "all-done";
        case StopReason::Timeout:
            return "timeout";
        case StopReason::Signal:
            return "signal";
    }
    return "?";
}

double TrafficTotals::chunks_per_second() const {
    if (chunk_time <= Duration{0}) return 0;
    return static_cast<double>(chunks) * 1'000.0 / static_cast<double>(chunk_time.count());
}

std::vector<DeviceSummary> FleetReport::summaries() const {
    std::vector<DeviceSummary> all;
    all.reserve(device_count());
    const auto add = [&all](const auto& device, const char* protocol) {
        const auto& script = device.script;
        all.push_back({script.node_id, protocol, script.radio.cell, device.coverage, script.dialect.name(),
                       script.fault.name(), device.end, device.deviations});
    };
    for (const auto& device : devices) add(device, "lwm2m");
    for (const auto& device : mqtt_devices) add(device, "mqtt");
    return all;
}

std::size_t FleetReport::deviating() const {
    const auto count = [](const auto& some) {
        return std::count_if(some.begin(), some.end(), [](const auto& device) { return !device.deviations.empty(); });
    };
    return static_cast<std::size_t>(count(devices) + count(mqtt_devices));
}

std::size_t FleetReport::exceeded() const {
    return static_cast<std::size_t>(
        std::count_if(classes.begin(), classes.end(), [](const ClassResult& c) { return c.is_exceeded(); }));
}

std::vector<std::string> find_deviations(const Script& script, End end, const UpgradeRecord& record,
                                         const std::string& expect_sha256) {
    std::vector<std::string> found;
    if (end == End::None) {
        found.push_back("has not ended, instead of " + std::string(to_string(script.expected_end)));
    } else if (end != script.expected_end) {
        found.push_back("ended " + std::string(to_string(end)) + " instead of " +
                        std::string(to_string(script.expected_end)));
    }
    if (record.most_installs() > 1) {
        found.push_back("installed the same version " + std::to_string(record.most_installs()) + " times");
    }
    if (!expect_sha256.empty() && !record.sha256.empty() && record.sha256 != expect_sha256) {
        found.push_back("assembled a package with SHA-256 " + record.sha256);
    }
    if (record.bad_chunks > 0) found.push_back(std::to_string(record.bad_chunks) + " chunks of the wrong size");
    const bool runs_target = end == End::Succeeded || end == End::VerifiedByQuery;
    const auto& target = script.target_version.value_or(record.target);
    const auto& rightful = runs_target ? target : script.from_version;
    if (end == script.expected_end && record.version != rightful) {
        found.push_back("runs version \"" + record.version.text() + "\" instead of \"" + rightful.text() + '"');
    }
    return found;
}

}  // namespace cellwise::sim
